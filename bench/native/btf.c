/* What libbpf does of the tasks of bench/cases/btf.mjs, timed in one process. Prints one JSON line per task.
   usage: btf index FILE ROUNDS | lookups FILE ROUNDS NAMES | render FILE ROUNDS VALUES SIZE TYPE */
#include <bpf/btf.h>
#include <bpf/libbpf_version.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file) exit(2);
	fseek(file, 0, SEEK_END);
	*size = ftell(file);
	rewind(file);
	char *bytes = malloc(*size + 1);
	if (fread(bytes, 1, *size, file) != *size) exit(2);
	bytes[*size] = 0;
	fclose(file);
	return bytes;
}

static double *times;

static void report(const char *task, int rounds, unsigned long long check)
{
	printf("{\"task\":\"%s\",\"version\":\"%d.%d\",\"checksum\":\"%llu\",\"ms\":[", task, LIBBPF_MAJOR_VERSION,
	       LIBBPF_MINOR_VERSION, check);
	for (int i = 0; i < rounds; i++) printf("%s%.4f", i ? "," : "", times[i]);
	printf("]}\n");
}

static unsigned long long written;

static void count(void *ctx, const char *format, va_list args)
{
	char text[4096];
	int length = vsnprintf(text, sizeof text, format, args);
	if (length > 0) written += length;
}

int main(int argc, char **argv)
{
	size_t size;
	unsigned long long check = 0;
	void *blob = read_file(argv[2], &size);
	int rounds = atoi(argv[3]);
	struct btf *btf = btf__new(blob, size);
	times = calloc(rounds, sizeof *times);

	if (!btf) return 3;
	if (!strcmp(argv[1], "index")) {
		for (int i = 0; i < rounds; i++) {
			double start = now();
			struct btf *one = btf__new(blob, size);
			times[i] = now() - start;
			check = btf__type_cnt(one);
			btf__free(one);
		}
	} else if (!strcmp(argv[1], "lookups")) {
		size_t length;
		char *names = read_file(argv[4], &length);
		for (int i = 0; i < rounds; i++) {
			double start = now();
			check = 0;
			/* Lines of "KIND name". */
			for (char *line = names; *line;) {
				char *end = strchr(line, '\n');
				char name[512];
				char *space = strchr(line, ' ');
				memcpy(name, space + 1, end - space - 1);
				name[end - space - 1] = 0;
				check += btf__find_by_name_kind(btf, name, atoi(line));
				line = end + 1;
			}
			times[i] = now() - start;
		}
	} else {
		size_t length;
		char *values = read_file(argv[4], &length);
		size_t value = strtoul(argv[5], NULL, 10);
		int type = atoi(argv[6]);
		struct btf_dump *dump = btf_dump__new(btf, count, NULL, NULL);
		LIBBPF_OPTS(btf_dump_type_data_opts, opts, .compact = true, .emit_zeroes = true);
		for (int i = 0; i < rounds; i++) {
			double start = now();
			check = 0;
			for (size_t at = 0; at + value <= length; at += value) {
				if (btf_dump__dump_type_data(dump, type, values + at, value, &opts) >= 0) check++;
			}
			times[i] = now() - start;
		}
		fprintf(stderr, "%llu characters\n", written);
	}
	report(argv[1], rounds, check);
	return 0;
}
