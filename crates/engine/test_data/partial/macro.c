#define LOCKED(d) do { \
	spin_lock(&(d)->lock); \
	work(d); \
} while (0)
