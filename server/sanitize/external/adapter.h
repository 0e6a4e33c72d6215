// How a request to one kind of detector is written, and how a score is read from its answer.
//
// Guarantees: an answer that does not clearly judge every text yields an error, never a guess; errors quote nothing of
// it. Non-guarantees: what a service means by its score is its own affair. Thread-safety: immutable; all methods may be
// called concurrently.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace usher::sanitize::external {

class Adapter {
 public:
  virtual ~Adapter() = default;

  // The rule of findings is "external." and this; lower case.
  virtual std::string_view name() const = 0;
  // The most texts that one request may carry, at least 1.
  virtual size_t batch_size() const = 0;
  // The JSON to post for 1 to batch_size() texts; ill-formed UTF-8 in them is replaced.
  virtual std::string Request(absl::Span<const std::string> texts) const = 0;
  // A score from 0 to 1 for each of `count` texts in the order of the request. INVALID_ARGUMENT saying what is wrong.
  virtual absl::StatusOr<std::vector<double>> Scores(const std::string& body, size_t count) const = 0;
};

// Lakera Guard, POST /v2/guard, one text a request. Asks for the breakdown and reads its entries of type prompt_attack,
// because `flagged` is also set for personal data and links: 1 when one of them detected something, else 0.
// `project`: whose policy applies; may be empty.
// https://docs.lakera.ai/api-reference/api/endpoints/guard/screen-content
std::unique_ptr<const Adapter> MakeLakeraAdapter(std::string project);

// How a classifier takes several texts.
enum class ClassifierInput {
  kTexts,  // {"inputs": [text, ...]}, as servers around a classification pipeline do
  kLists,  // {"inputs": [[text], ...]}: POST /predict of text-embeddings-inference, where two plain texts are one pair.
           // https://huggingface.github.io/text-embeddings-inference/
};

// A classifier such as Prompt Guard that answers each text with a list of {"label", "score"}. The score is the sum over
// labels of attacks (injection, jailbreak, malicious, unsafe, attack, LABEL_1) or, when only a harmless label came back
// (benign, safe, legit, LABEL_0), what is left of it. Non-guarantee: such models read a few hundred words; what is
// behind them is not judged.
std::unique_ptr<const Adapter> MakeClassifierAdapter(ClassifierInput input);

// NeMo Guardrails, POST /v1/chat/completions with the input rails only, one text a request; written against 0.24.
// 1 when an input rail stopped the conversation, else 0; an answer in which no input rail ran judged nothing.
// `configuration`: its config_id; may be empty when the server has a default.
// https://docs.nvidia.com/nemo/guardrails/latest/reference/api-server-endpoints/index.html
std::unique_ptr<const Adapter> MakeNemoAdapter(std::string configuration);

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_H_
