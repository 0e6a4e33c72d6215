// The table of all settings. Internal to the configuration.
#ifndef USHER_SERVER_CONFIG_SETTINGS_H_
#define USHER_SERVER_CONFIG_SETTINGS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/config/config.h"

namespace usher::config {

struct Setting {
  std::string path;     // dotted, at most two parts
  std::string meaning;  // one or two sentences, with unit and range
  std::function<absl::Status(const std::string& value, Config& config)> set;
  std::function<std::string(const Config& config)> show;

  // USHER_TLS_KEY_FILE for tls.key_file.
  std::string Variable() const;
};

const std::vector<Setting>& Settings();

}  // namespace usher::config

#endif  // USHER_SERVER_CONFIG_SETTINGS_H_
