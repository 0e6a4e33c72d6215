usher_test(sanitize_injection_test
  SOURCES sanitize_injection_detector_test.cc sanitize_injection_disguise_test.cc sanitize_injection_model_test.cc
  DEPS usher_sanitize_injection ZLIB::ZLIB)
target_compile_definitions(sanitize_injection_test PRIVATE
  USHER_INJECTION_WEIGHTS="${CMAKE_SOURCE_DIR}/server/sanitize/injection/weights.bin")
