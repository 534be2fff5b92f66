/* A map of struct_ops: the type of its value is the kernel's own, and no listing names it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct bpf_dummy_ops_state {
	int val;
};

/* As much of the kernel's struct as is used; libbpf finds members by name. */
struct bpf_dummy_ops {
	int (*test_1)(struct bpf_dummy_ops_state *state);
};

SEC("struct_ops/test_1")
int first(unsigned long long *ctx)
{
	return 7;
}

SEC(".struct_ops")
struct bpf_dummy_ops dummy = { .test_1 = (void *)first };
