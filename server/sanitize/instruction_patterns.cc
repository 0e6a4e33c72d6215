#include "server/sanitize/instruction_patterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/sanitize/trigger_scan.h"

namespace usher::sanitize {
namespace {

struct Source {
  std::string_view name;
  std::string_view stems;  // four bytes each; without one of them the pattern cannot match
  const char* pattern;
  bool counts_in_quotes;
};

constexpr Source kSources[] = {
    {"chat-template", "<|im<|st<|sy<|us<|as<|en<|be<|eo[ins[/in<<sy<</s<sys</sy<ass</as<too</to<fun</fu",
     R"((<\|(?:im_start|im_end|system|user|assistant|end_?of_?text|begin_of_text|start_header_id|end_header_id|eot_id)\|?>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|tool_calls?|function_calls?|tool_results?|tool_response)>))",
     true},
    {"override", "ignodisrforgoverbypanegl",
     R"((\b(?:ignore|disregard|forget|override|bypass|neglect)\b\W+(?:\w+\W+){0,4}?(?:previous|prior|above|earlier|preceding|foregoing|system|original|existing|your)\s+(?:[\w'-]+\s+){0,3}?(?:instructions?|prompts?|guidelines?|directives?|directions|rules|commands?|programming|training|polic(?:y|ies)|constraints|restrictions|messages?)\b))",
     false},
    {"override", "ignodisrforg",
     R"((\b(?:ignore|disregard|forget)\s+(?:everything|anything|all)\s+(?:that\s+)?(?:\w+\s+){0,3}?(?:above|before|prior|previously|told|said|you\s+know)\b))",
     false},
    {"role", "systdeve",
     R"(((?:^|[\n>#*]|-{2,})\s*(?:system|developer)(?:\s+(?:prompt|message|override|note|notice|instructions?))?\s*:\s*(?:\w+\W+){0,6}?(?:you|your|new|ignore|must|assistant|override|instructions?)\b))",
     false},
    {"role", "huma", R"(((?:^|\n)\W{0,8}human:\s+\w))", false},
    {"persona", "re n",
     R"((\byou\s+are\s+now\s+(?:\w+\W+){0,3}?(?:unrestricted|jailbroken|unfiltered|uncensored|dan|(?:maintenance|god|admin|developer|debug|root)\s+mode|(?:ai|assistant|chatbot|bot|language\s+model|agent|persona)\b)))",
     false},
    {"persona", "pret",
     R"((\bpretend\s+(?:to\s+be|(?:that\s+)?you(?:\s+are|'re))\W+(?:\w+\W+){0,5}?(?:ai|assistant|dan|unrestricted|model|no\s+(?:rules|restrictions|filters))\b))",
     false},
    {"secrecy", "userhumaanyo",
     R"((\b(?:do\s+not|don'?t|never|without)\W+(?:\w+\W+){0,2}?(?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|notify|notifying|alert|alerting|disclose|disclosing)\W+(?:\w+\W+){0,4}?(?:user|human|anyone)s?\b))",
     false},
    {"addressed", " llmlangchatr aio aiy ai",
     R"((\b(?:note|message|attention|instructions?|notice|reminder|memo|important)\b[^.\n]{0,50}?\b(?:to|for)\W+(?:\w+\W+){0,2}?(?:ai(?:\s+(?:assistants?|agents?|models?|systems?))?|llms?|(?:large\s+)?language\s+models?|chatbots?|ai\s+assistants?)\b))",
     false},
    {"addressed", "u ar",
     R"((\b(?:if|when|since|because)\s+you\s+are\s+(?:an?\s+|the\s+)?(?:ai|llm|large\s+language\s+model|language\s+model|(?:ai\s+)?assistant|chatbot|bot|automated|model)\b))",
     false},
    {"addressed", "as p",
     R"((\bas\s+part\s+of\s+(?:processing|reading|summari[sz]ing|handling|answering)\s+this\s+(?:record|document|page|e-?mail|message|file|ticket|request)\b))",
     false},
    {"prompt-leak", "promructessa",
     R"((\b(?:reveal|print|show|repeat|output|display|leak|expose|translate|give|tell|send)\W+(?:\w+\W+){0,4}?(?:system|hidden|initial|secret|original)\W+(?:prompts?|instructions?|messages?)\b))",
     false},
    {"exfiltrate", "convchatusersyst",
     R"((\b(?:send|forward|post|append|transmit|upload|export|e-?mail|leak|copy)\W+(?:\w+\W+){0,6}?(?:(?:full|entire|whole|this|the)\s+(?:conversation|chat(?:\s+(?:history|log))?)|user'?s?\s+(?:last\s+|latest\s+)?(?:messages?|questions?|data|credentials|passwords?)|system\s+prompt)\b))",
     false},
    {"answer-control", " ask",
     R"((\bwhen\s+(?:you\s+are\s+)?asked\s+about\s+this\b[^.\n]{0,60}?\b(?:always|only|never)\s+(?:reply|respond|answer|say)\b))",
     false},
    {"answer-control", "only",
     R"((\b(?:respond|reply|answer)\s+only\s+with\s+the\s+(?:word|phrase|string|text|sentence)\b))", false},
};

struct Compiled {
  std::string_view name;
  TriggerScan::Mask stems;
  std::unique_ptr<RE2> pattern;
  bool counts_in_quotes;
};

class Patterns {
 public:
  static const Patterns& Get() {
    static const auto* const kPatterns = new Patterns();
    return *kPatterns;
  }

  const TriggerScan& scan() const { return *scan_; }
  const std::vector<Compiled>& all() const { return all_; }

 private:
  Patterns() {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_max_mem(kPatternMemory);
    std::vector<std::string_view> stems;
    for (const Source& source : kSources) {
      TriggerScan::Mask mask = 0;
      for (size_t at = 0; at < source.stems.size(); at += 4) {
        const std::string_view stem = source.stems.substr(at, 4);
        const auto found = std::find(stems.begin(), stems.end(), stem);
        mask |= TriggerScan::Mask{1} << (found - stems.begin());
        if (found == stems.end()) stems.push_back(stem);
      }
      all_.push_back({source.name, mask, std::make_unique<RE2>(source.pattern, options), source.counts_in_quotes});
    }
    scan_ = std::make_unique<TriggerScan>(stems);
  }

  // The counted gaps between words make large automata; too little memory would mean the slow matcher.
  static constexpr int64_t kPatternMemory = int64_t{32} << 20;

  std::vector<Compiled> all_;
  std::unique_ptr<TriggerScan> scan_;
};

// True when the words stand directly behind an opening quotation mark.
bool IsQuoted(std::string_view sentence, size_t begin) {
  if (begin == 0) return false;
  const char before = sentence[begin - 1];
  if (before == '"' || before == '\'' || before == '`') return true;
  return begin >= 3 && (sentence.substr(begin - 3, 3) == "\u201C" || sentence.substr(begin - 3, 3) == "\u2018" ||
                        sentence.substr(begin - 3, 3) == "\u201E");
}

}  // namespace

size_t NextInstructionTrigger(std::string_view text, size_t from) { return Patterns::Get().scan().Next(text, from); }

std::string_view MatchInstruction(std::string_view sentence, std::string_view& matched) {
  const TriggerScan::Mask stems = Patterns::Get().scan().All(sentence);
  for (const Compiled& compiled : Patterns::Get().all()) {
    if ((compiled.stems & stems) == 0) continue;
    re2::StringPiece found;
    if (!RE2::PartialMatch({sentence.data(), sentence.size()}, *compiled.pattern, &found)) continue;
    const auto begin = static_cast<size_t>(found.data() - sentence.data());
    if (!compiled.counts_in_quotes && IsQuoted(sentence, begin)) continue;
    matched = sentence.substr(begin, found.size());
    return compiled.name;
  }
  return {};
}

}  // namespace usher::sanitize
