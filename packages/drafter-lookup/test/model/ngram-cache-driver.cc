// Runs llama.cpp's own lookup-cache code; a command a line on the standard input:
//   learn FILE NGRAM_MIN NGRAM_MAX NEW TOKEN...   adds the last NEW tokens of a text to the cache in FILE
//   merge FILE ADDED                              adds the cache in ADDED to the one in FILE
#include "ngram-cache.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

extern "C" int64_t ggml_time_ms(void) {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

extern "C" void ggml_abort(const char * file, int line, const char * format, ...) {
    std::cerr << file << ":" << line << ": " << format << std::endl;
    std::abort();
}

static common_ngram_cache load(const std::string & file) {
    return std::ifstream(file) ? common_ngram_cache_load(file) : common_ngram_cache();
}

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, file;
        words >> command >> file;
        common_ngram_cache cache = load(file);
        if (command == "learn") {
            int min, max, added;
            words >> min >> max >> added;
            std::vector<llama_token> text;
            for (llama_token token; words >> token;) text.push_back(token);
            common_ngram_cache_update(cache, min, max, text, added, false);
        } else {
            std::string added;
            words >> added;
            common_ngram_cache other = load(added);
            common_ngram_cache_merge(cache, other);
        }
        common_ngram_cache_save(cache, file);
    }
}
