// What the types and relations of another authorisation system mean here.
//
//   principals:            # object types that are somebody; default: user and service
//     user: user
//     employee: user
//   memberships:           # relations that put somebody into a group
//     - type: group
//       relations: [member]
//       group: "{id}"      # the group becomes group:SOURCE/{id}; that is the default
//   resources:             # relations that let somebody read, or keep somebody from it
//     - type: document
//       relations: [viewer, editor]
//       resource: collections/handbook/documents/{id}
//       effect: allow      # or deny; default: allow
//       inheritance: replace  # or restrict; default: what the server takes where nothing is said
//   ignored:               # what is left out on purpose; without relations: all of the type
//     - type: organization
//
// What no line covers is an error, never a guess.
//
// Thread-safety: values; free functions.
#ifndef USHER_SERVER_CLI_IMPORT_MAPPING_H_
#define USHER_SERVER_CLI_IMPORT_MAPPING_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// A type and one of its relations; `*` is all of them.
using TypeAndRelation = std::pair<std::string, std::string>;

struct ResourceMapping {
  std::string resource;     // with {id}
  std::string effect;       // of usher.v1.Effect
  std::string inheritance;  // of usher.v1.Inheritance; empty: not stated
};

struct Mapping {
  std::map<std::string, std::string> principals;       // to `user` or `service`
  std::map<TypeAndRelation, std::string> memberships;  // to the group's id, with {id}
  std::map<TypeAndRelation, ResourceMapping> resources;
  std::map<TypeAndRelation, bool> ignored;

  bool Ignores(const std::string& type, const std::string& relation) const {
    return ignored.contains({type, relation}) || ignored.contains({type, "*"});
  }
};

// `user` and `service` are principals, group#member is a membership, and document#viewer, reader, owner and editor
// allow reading collections/COLLECTION/documents/ID. Without a collection documents are not covered.
Mapping DefaultMapping(const std::string& collection);

// A mapping file, in place of the default one. INVALID_ARGUMENT naming the line of the file that cannot be used:
// unknown keys, a relation mapped twice, a pattern without exactly one {id}.
absl::StatusOr<Mapping> ReadMapping(const std::string& path);

// `pattern` with the id in its place.
std::string Filled(const std::string& pattern, absl::string_view id);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_MAPPING_H_
