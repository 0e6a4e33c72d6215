// However a text is cut on its way, a guarded stream says the same about it; and of texts whose parts are judged by
// what stands near them, it says what a look at the whole says.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/guard/guard_stream.h"

namespace usher::guard {
namespace {

const Guard& GuardAt(Boundary boundary) {
  const auto make = [](Boundary at) {
    auto policy = std::make_shared<sanitize::Policy>();
    policy->canaries = {"quokka-7319"};
    return new Guard(std::make_shared<sanitize::Sanitizer>(policy, sanitize::PseudonymKey(), UseAt(at)));
  };
  static const Guard* const kInput = make(Boundary::kUserInput);
  static const Guard* const kOutput = make(Boundary::kModelOutput);
  return boundary == Boundary::kUserInput ? *kInput : *kOutput;
}

Terms TheTerms(Boundary boundary) {
  Terms terms;
  terms.boundary = boundary;
  terms.format = chunking::Format::kMarkdown;
  terms.max_length = 1'500;
  terms.given.AddText("See https://docs.example.org/guide for more.");
  return terms;
}

// What models write, and what must not pass; put together so that no whole secret stands in the source.
const std::vector<std::string>& Parts() {
  static const auto* const kParts = new std::vector<std::string>{
      "The report of the team is ready and has a few pages on it. ",
      "Prices rose by 3.5 % in the second quarter, and sales did not. ",
      "\n\n## Next steps\n\n",
      "- first item\n- second item\n",
      "```\nfor (int i = 0; i < n; ++i) sum += a[i];\n```\n",
      "| name | value |\n|---|---|\n| a | 1 |\n",
      "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u8fd9\u662f\u4e00\u4e2a\u7b80\u5355\u7684\u53e5\u5b50\u3002",
      "\U0001F600 \U0001F468\u200d\U0001F469\u200d\U0001F467 caf\u00e9 ",
      "Write to ann.lee@example.com about it. ",
      "The card is 4111 1111 1111 1111 and no other. ",
      absl::StrCat("The key is AKIA", "Q7RK2VT9", "ZPL4XWC8 for now. "),
      absl::StrCat("Use ghp_", "q7Rk2Vt9ZpL4xWc8mB1n", "Dq7Rk2Vt9ZpL4xWc8 there. "),
      absl::StrCat("export AUTH_TOKEN=", "q7Rk2Vt9ZpL4x", "Wc8mB1nD\n"),
      "See [the guide](https://docs.example.org/guide) first. ",
      "See [this *other* guide](https://evil.example/x?y=1 \"title\") first. ",
      "![a chart of what was sold in every month of the year and of the one before](https://evil.example/c.png) ",
      "Look at https://evil.example/path, or at www.evil.example. ",
      "A <a href=\"https://evil.example/\">link</a> and <b>bold</b> text. ",
      "Hidden \u200b\u200b\u202e pieces. ",
      "A <!-- short note that says nothing --> comment. ",
      "It says Quokka-7319 here. ",
      absl::StrCat("The key is AKIA[Q7RK2VT9](https://evil.example/k)", "ZPL4XWC8 for now. "),
      "It says quokka[-73](https://evil.example/q)19 here. ",
      "x y z ",
      "\n",
  };
  return *kParts;
}

rc::Gen<std::string> Texts() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(Parts())),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

// Any characters at all, and marks that begin something.
rc::Gen<std::string> WildTexts() {
  const auto piece =
      rc::gen::oneOf(rc::gen::elementOf(Parts()),
                     rc::gen::element<std::string>("[", "](", ")", "<", ">", "<!--", "-->", "`", "\"", "https://",
                                                   "\n\n", " ", "<div style=\"display:none\">", "</div>", "-----BEGIN ",
                                                   "[r]: ", "\u202e", "\u200d"),
                     rc::gen::map(rc::gen::inRange<size_t>(1, 600), [](size_t n) { return std::string(n, 'x'); }));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  });
}

GuardStream::Piece Streamed(const std::string& text, Boundary boundary, const std::vector<size_t>& lengths) {
  GuardStream stream(GuardAt(boundary), TheTerms(boundary));
  GuardStream::Piece out;
  size_t at = 0;
  for (size_t i = 0; at < text.size(); ++i) {
    const size_t length = lengths.empty() ? text.size() : std::max<size_t>(lengths[i % lengths.size()], 1);
    const absl::Status status = stream.Push(std::string_view(text).substr(at, length), out);
    RC_ASSERT(status.ok());
    at += length;
  }
  RC_ASSERT(stream.Finish(out).ok());
  RC_ASSERT(stream.finding_count() == out.findings.size());
  return out;
}

using Told = std::tuple<std::string, int, size_t, size_t, size_t, size_t, std::string>;

std::vector<Told> Tell(const std::vector<sanitize::Finding>& findings) {
  std::vector<Told> told;
  for (const sanitize::Finding& f : findings) {
    told.emplace_back(f.rule, static_cast<int>(f.action), f.source.begin, f.source.end, f.clean.begin, f.clean.end,
                      f.detail);
  }
  return told;
}

// How much a sentence sounds like an order is judged among the sentences around it, of which a stream holds fewer.
std::vector<sanitize::Finding> WithoutInjection(std::vector<sanitize::Finding> findings) {
  std::erase_if(findings, [](const sanitize::Finding& finding) { return finding.kind == sanitize::Kind::kInjection; });
  return findings;
}

rc::Gen<std::vector<size_t>> Cuts() {
  return rc::gen::nonEmpty(rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(1, 400)));
}

rc::Gen<Boundary> Boundaries() { return rc::gen::element(Boundary::kUserInput, Boundary::kModelOutput); }

void Check(const char* what, const std::function<void()>& property) { EXPECT_TRUE(rc::check(what, property)); }

TEST(GuardStreamProperty, HowATextIsCutChangesNothing) {
  Check("any cuts give what one piece gives", [] {
    const std::string text =
        *rc::gen::suchThat(rc::gen::scale(2.0, WildTexts()), [](const auto& t) { return !t.empty(); });
    const Boundary boundary = *Boundaries();
    const GuardStream::Piece once = Streamed(text, boundary, {});
    const GuardStream::Piece cut = Streamed(text, boundary, *Cuts());
    RC_ASSERT(cut.text == once.text);
    RC_ASSERT(Tell(cut.findings) == Tell(once.findings));
  });
}

TEST(GuardStreamProperty, AStreamSaysWhatALookAtTheWholeSays) {
  Check("released pieces add up to the inspected text", [] {
    const std::string text = *rc::gen::suchThat(rc::gen::scale(2.0, Texts()), [](const auto& t) { return !t.empty(); });
    const Boundary boundary = *Boundaries();
    const GuardStream::Piece streamed = Streamed(text, boundary, *Cuts());
    const auto whole = GuardAt(boundary).Inspect(text, TheTerms(boundary));
    RC_ASSERT(whole.ok());
    RC_ASSERT(streamed.text == whole->text);
    RC_ASSERT(Tell(WithoutInjection(streamed.findings)) == Tell(WithoutInjection(whole->findings)));
  });
}

TEST(GuardStreamProperty, CleaningWhatAStreamReleasedChangesNothing) {
  Check("released text is clean", [] {
    const std::string text = *rc::gen::suchThat(rc::gen::scale(2.0, Texts()), [](const auto& t) { return !t.empty(); });
    const GuardStream::Piece streamed = Streamed(text, Boundary::kModelOutput, *Cuts());
    const auto again = GuardAt(Boundary::kModelOutput).Inspect(streamed.text, TheTerms(Boundary::kModelOutput));
    RC_ASSERT(again.ok());
    RC_ASSERT(again->text == streamed.text);
  });
}

}  // namespace
}  // namespace usher::guard
