"""Comment texts: what people write, and the stocks that packages paste from.

The words, and that a third are short ones of which a few make up most, are our assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints

_SHORT = [
    "哈哈哈",
    "哈哈哈哈哈",
    "好看",
    "赞",
    "666",
    "学到了",
    "太美了",
    "绝了",
    "支持",
    "第一",
    "来了来了",
    "真不错",
    "爱了爱了",
    "催更",
    "笑死我了",
    "收藏了",
    "mark",
    "同感",
    "是的",
    "?",
    "😂😂😂",
    "👍",
    "❤️",
    "🔥🔥",
    "haha",
    "lol",
    "nice",
    "so true",
    "love it",
    "first",
]
_OPENERS = [
    "",
    "说实话,",
    "其实",
    "我觉得",
    "昨天刚",
    "作为过来人,",
    "看完",
    "不得不说,",
    "老实讲",
    "那个,",
    "有一说一,",
    "刚下班",
    "我妈",
    "我同事",
    "小时候",
    "去年",
    "这次",
    "每次",
    "终于",
    "怪不得",
]
_SUBJECTS = [
    "这个",
    "第二段",
    "背景音乐",
    "开头那句",
    "结尾",
    "那只猫",
    "这道菜",
    "这件外套",
    "镜头",
    "步骤三",
    "价格",
    "这个角度",
    "字幕",
    "楼上",
    "博主",
    "这家店",
    "弹幕",
    "那个表情",
    "光线",
    "配色",
    "最后十秒",
    "评论区",
    "这个方法",
    "我家那位",
    "老板",
    "教练",
    "这条路",
    "这个城市",
    "材料",
    "声音",
]
_VERBS = [
    "太真实了",
    "我也试过",
    "有点看不懂",
    "真的戳到我",
    "不太同意",
    "比上一期好",
    "我笑了半天",
    "求链接",
    "和我想的一样",
    "让我想起以前",
    "能出个教程吗",
    "是在哪里拍的",
    "看了三遍",
    "贵了点",
    "有点吵",
    "很有意思",
    "不如原来的",
    "居然是真的",
    "下次想试试",
    "感觉被治愈了",
    "说到点子上了",
    "剪得真快",
    "没听清",
    "救了我",
    "翻车了",
    "一点都不难",
    "我学不会",
    "不建议新手",
    "跟我家一模一样",
    "可以再长点",
]
_ENDS = ["", "", "", "。", "!", "…", "哈哈", "呜呜", "~", "🤣", "👍", "吧", "?", " 2333", "了"]
_STOCK_HEADS = [
    "博主好棒",
    "内容很赞",
    "太有用了",
    "非常喜欢",
    "写得真好",
    "拍得很美",
    "干货满满",
    "受益匪浅",
]
_STOCK_TAILS = [
    ",继续加油",
    ",已经关注",
    ",支持支持",
    ",期待更新",
    ",收藏了慢慢看",
    ",必须点赞",
    ",强烈推荐",
    ",学习了",
    ",感谢分享",
    ",涨知识了",
]
_SYNONYMS = (
    ("博主", ("博主", "楼主", "作者", "up主", "老师")),
    ("很", ("很", "真", "特别", "超级", "好")),
    ("非常", ("非常", "十分", "超", "真的好")),
    ("继续加油", ("继续加油", "加油哦", "再接再厉", "冲冲冲")),
    ("支持支持", ("支持支持", "支持一下", "大力支持", "必须支持")),
    ("感谢分享", ("感谢分享", "谢谢分享", "谢谢博主", "多谢")),
    ("期待更新", ("期待更新", "等更新", "坐等下期", "快更新呀")),
)


class TextBank:
    """Every comment text of a world; a row holds a position in it."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.texts: list[str] = list(_SHORT)
        self._short = len(_SHORT)
        self.texts += self._sentences(rng, size)
        self._genuine = len(self.texts)

    @staticmethod
    def _sentences(rng: np.random.Generator, size: int) -> list[str]:
        picks = [rng.integers(0, len(x), size) for x in (_OPENERS, _SUBJECTS, _VERBS, _ENDS)]
        return [
            _OPENERS[a] + _SUBJECTS[b] + _VERBS[c] + _ENDS[d]
            for a, b, c, d in zip(*(p.tolist() for p in picks), strict=True)
        ]

    def genuine(self, rng: np.random.Generator, n: int) -> Ints:
        """Texts that people leave: a third are the same few short ones, the rest sentences."""
        short = np.minimum(rng.zipf(1.3, n) - 1, self._short - 1)
        return np.where(rng.random(n) < 0.33, short, rng.integers(self._short, self._genuine, n))

    def add(self, texts: tuple[str, ...]) -> Ints:
        """More texts; their positions."""
        first = len(self.texts)
        self.texts += texts
        return np.arange(first, len(self.texts), dtype=np.int64)

    def add_stock(self, rng: np.random.Generator, size: int, paraphrases: int) -> Ints:
        """A seller's stock of texts, each with some paraphrases; their positions."""
        whole = [head + tail for head in _STOCK_HEADS for tail in _STOCK_TAILS]
        chosen = rng.choice(len(whole), min(size, len(whole)), replace=False)
        texts: list[str] = []
        for index in chosen:
            texts.append(whole[index])
            texts += [_paraphrase(rng, whole[index]) for _ in range(paraphrases)]
        return self.add(tuple(texts))


def _paraphrase(rng: np.random.Generator, text: str) -> str:
    for word, others in _SYNONYMS:
        if word in text:
            text = text.replace(word, others[int(rng.integers(len(others)))], 1)
    return text + ("", "!", "~", "👍", "。", "!!")[int(rng.integers(6))]
