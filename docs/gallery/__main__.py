"""The command: simulates the worlds, draws every picture and writes the page."""

from docs.gallery.page import IMAGES, PAGE, draw_logs, pictures, text

if __name__ == "__main__":
    logs = draw_logs()
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, drawing in pictures(logs).items():
        (IMAGES / name).write_text(drawing, encoding="utf-8")
    PAGE.write_text(text(logs), encoding="utf-8")
