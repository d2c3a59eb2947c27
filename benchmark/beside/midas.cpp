// Runs MIDAS-R, as its authors wrote it, over a stream of likes: scores as float32, and CPU seconds.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>
#include <algorithm>

#include "RelationalCore.hpp"

// Arguments: rows and columns of its sketches; likes (int32 account, content, tick); scores.
int main(int, char** arguments) {
	MIDAS::RelationalCore midas(std::atoi(arguments[1]), std::atoi(arguments[2]));
	std::FILE* in = std::fopen(arguments[3], "rb");
	std::fseek(in, 0, SEEK_END);
	const long likes = std::ftell(in) / 12;
	std::rewind(in);
	std::vector<std::int32_t> stream(3 * likes);
	if (std::fread(stream.data(), 12, likes, in) != static_cast<std::size_t>(likes)) return 1;
	std::vector<float> score(likes);
	const std::clock_t started = std::clock();
	for (long i = 0; i < likes; i++)
		score[i] = midas(stream[3 * i], stream[3 * i + 1], stream[3 * i + 2]);
	std::printf("%f\n", double(std::clock() - started) / CLOCKS_PER_SEC);
	std::FILE* out = std::fopen(arguments[4], "wb");
	std::fwrite(score.data(), 4, likes, out);
	return std::fclose(out);
}
