usher_test(sanitize_secrets_formats_test SOURCES sanitize_secrets_formats_test.cc sanitize_secrets_grammar.cc
  DEPS usher_sanitize_secrets PkgConfig::RE2 absl::strings)
usher_test(sanitize_secrets_test SOURCES sanitize_secrets_test.cc DEPS usher_sanitize_secrets absl::strings)
