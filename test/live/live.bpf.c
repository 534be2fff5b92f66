/* Maps of several kinds and one program that fills them: what scripts/live-bpf.mjs captures and compares. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

enum state { IDLE, RUNNING = 5, DEAD = 9 };

struct key {
	__u32 pid;
	char comm[12];
};

struct task {
	__u64 runtime;
	__s32 nice;
	enum state state;
	unsigned int prio : 7;
	unsigned int on_rq : 1;
	struct {
		__u16 x, y;
	} pos[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000);
	__type(key, struct key);
	__type(value, struct task);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct task);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 8);
	__type(key, __u64);
	__type(value, struct key);
} owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u64);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, __u32);
} waiting SEC(".maps");

__u64 nr_runs;
int threshold = -3;
enum state state = RUNNING;
const volatile __u32 limit = 77;

static void fill(__u32 pid)
{
	struct key key = { .pid = pid, .comm = "worker" };
	struct task task = { .runtime = 1ULL << 60, .nice = -5, .state = RUNNING, .on_rq = 1 };
	__u64 wide = 0x1122334455667788ULL + pid;

	task.prio = pid;
	task.pos[1].y = limit;
	bpf_map_update_elem(&tasks, &key, &task, 0);
	bpf_map_update_elem(&owners, &wide, &key, 0);
	bpf_map_update_elem(&recent, &wide, &wide, 0);
}

SEC("socket")
int probe(struct __sk_buff *skb)
{
	struct task task = { .runtime = 9, .nice = 19, .state = DEAD };
	__u32 one = 1;
	__u64 *count = bpf_map_lookup_elem(&counters, &one);

	if (count)
		*count += 3;
#pragma unroll
	for (__u32 pid = 40; pid < 46; pid++)
		fill(pid);
	bpf_map_update_elem(&slots, &one, &task, 0);
	bpf_map_push_elem(&waiting, &one, 0);
	nr_runs++;
	threshold--;
	return skb->len;
}
