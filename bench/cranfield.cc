// Ranks the Cranfield abstracts for its 225 queries by the static embedder alone and writes a TREC run:
//   cranfield cran.all cran.qry [model.bin] > run.txt && python3 bench/ir_eval.py run.txt cranqrel
// A document is its title and abstract; queries are numbered 1..225 by their order, as the judgements number them.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "index/embed/static_embedder.h"

namespace usher::embed {
namespace {

constexpr size_t kDepth = 50;

struct Entry {
  std::string id;
  std::string text;
};

// SMART format: ".I id" opens an entry, ".T" and ".W" open the fields wanted here, other ".X" lines close them.
std::vector<Entry> ReadEntries(const char* path) {
  std::vector<Entry> entries;
  std::ifstream file(path);
  bool wanted = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(".I ")) {
      entries.push_back({line.substr(3), {}});
      wanted = false;
    } else if (line.size() >= 2 && line[0] == '.' && line[1] >= 'A' && line[1] <= 'Z') {
      wanted = line[1] == 'T' || line[1] == 'W';
    } else if (wanted && !entries.empty()) {
      entries.back().text += line + ' ';
    }
  }
  return entries;
}

// Some entries of the collection are empty; they get a word that matches nothing in particular.
absl::StatusOr<std::vector<float>> EmbedAll(const Embedder& embedder, const std::vector<Entry>& entries) {
  std::vector<std::string_view> texts;
  for (const Entry& entry : entries) {
    const bool empty = entry.text.find_first_not_of(' ') == std::string::npos;
    texts.push_back(empty ? std::string_view("empty") : std::string_view(entry.text));
  }
  return embedder.Embed(texts, absl::InfiniteFuture());
}

void WriteRanking(size_t query, const float* vector, const std::vector<Entry>& documents,
                  const std::vector<float>& rows, size_t width) {
  std::vector<std::pair<float, size_t>> scored;
  for (size_t d = 0; d < documents.size(); ++d) {
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(d * width);
    scored.emplace_back(-std::inner_product(vector, vector + width, row, 0.0f), d);
  }
  const size_t depth = std::min(kDepth, scored.size());
  std::partial_sort(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(depth), scored.end());
  for (size_t rank = 0; rank < depth; ++rank) {
    std::cout << query + 1 << " Q0 " << documents[scored[rank].second].id << ' ' << rank + 1 << ' '
              << -scored[rank].first << " static\n";
  }
}

int Run(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: cranfield cran.all cran.qry [model.bin]\n";
    return 2;
  }
  const acl::SystemClock clock;
  const auto embedder = StaticEmbedder::Load(argc > 3 ? argv[3] : DefaultStaticModelPath(), clock);
  if (!embedder.ok()) {
    std::cerr << embedder.status() << "\n";
    return 1;
  }
  const std::vector<Entry> documents = ReadEntries(argv[1]);
  const std::vector<Entry> queries = ReadEntries(argv[2]);
  const auto document_rows = EmbedAll(**embedder, documents);
  const auto query_rows = EmbedAll(**embedder, queries);
  if (!document_rows.ok() || !query_rows.ok()) {
    std::cerr << document_rows.status() << ' ' << query_rows.status() << "\n";
    return 1;
  }
  const size_t width = static_cast<size_t>((*embedder)->dimension());
  for (size_t q = 0; q < queries.size(); ++q) {
    WriteRanking(q, query_rows->data() + q * width, documents, *document_rows, width);
  }
  return 0;
}

}  // namespace
}  // namespace usher::embed

int main(int argc, char** argv) { return usher::embed::Run(argc, argv); }
