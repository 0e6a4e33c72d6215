// One function a kind of number: what stands where a run of digits starts?
//
// `digits` is the offset of a digit that has none before it; the span returned holds that digit, and may begin earlier
// ("GB82 ...", "(301) ..."). Guarantees: the look is bounded, so a search over all runs is linear in the text.
// Thread-safety: that of Surroundings.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_RECOGNIZERS_H_
#define USHER_SERVER_SANITIZE_PERSONAL_RECOGNIZERS_H_

#include <cstddef>
#include <optional>

#include "server/sanitize/offset_map.h"
#include "server/sanitize/personal/surroundings.h"

namespace usher::sanitize::personal {

// Country, length and check digits of ISO 13616, in groups or not.
std::optional<Span> IbanAt(Surroundings& around, size_t digits);

// An issuer's prefix and length, a way cards are printed, and Luhn. Short and rare kinds need words that speak of
// cards.
std::optional<Span> PaymentCardAt(Surroundings& around, size_t digits);

// Area, group and serial as they were issued, with hyphens, or in another form where words name it.
std::optional<Span> UsSsnAt(Surroundings& around, size_t digits);

// Numbers of states for people, see national_formats.h.
std::optional<Span> NationalIdAt(Surroundings& around, size_t digits);

// A date that words call one of birth.
std::optional<Span> BirthDateAt(Surroundings& around, size_t digits);

// Street, house, place and postal code in American, British, German, French, Spanish and Italian order.
std::optional<Span> PostalAddressAt(Surroundings& around, size_t digits);

// Addresses of machines other than loopback, unspecified, netmasks, networks and versions of software. For version 6
// also asked at colons.
std::optional<Span> IpV4At(Surroundings& around, size_t digits);
std::optional<Span> IpV6At(Surroundings& around, size_t inside);

// The mail address around the '@' at `at`; not user information of URLs, remotes of git, message ids.
std::optional<Span> EmailAt(const Surroundings& around, size_t at);

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_RECOGNIZERS_H_
