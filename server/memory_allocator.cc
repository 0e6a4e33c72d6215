// How jemalloc works in usherd: threads of its own give unused memory back, so that calls need not.
extern "C" {
extern const char* malloc_conf;  // jemalloc's own name, read before main begins
const char* malloc_conf = "background_thread:true";
}
