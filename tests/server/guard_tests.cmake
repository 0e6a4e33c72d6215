usher_test(guard_test
  SOURCES guard_address_test.cc guard_links_test.cc guard_inspect_test.cc guard_stream_test.cc
  DEPS usher_guard)
usher_test(rpc_guard_convert_test SOURCES rpc_guard_convert_test.cc DEPS usher_rpc)
