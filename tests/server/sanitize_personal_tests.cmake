usher_test(sanitize_personal_test SOURCES sanitize_personal_detector_test.cc sanitize_personal_kinds_test
               .cc sanitize_personal_pseudonym_test.cc DEPS usher_sanitize_personal)
