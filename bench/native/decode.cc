// The native anchor: libprotobuf (C++, arena) and a memory copy over the same bytes. Prints one JSON line.
// usage: decode KIND FILE ROUNDS TASK     KIND: logs threads profile fleet     TASK: decode every copy
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench.pb.h"

namespace {

uint64_t First(const std::string& bytes) { return bytes.empty() ? 0 : static_cast<uint8_t>(bytes[0]); }
uint64_t Low(uint64_t value) { return value & 0xffffffff; }
uint64_t Span(const std::string& bytes) { return bytes.size() + First(bytes); }

uint64_t ReadLogs(const bench::Snapshot& snapshot) {
  uint64_t sum = 0;
  for (const auto& e : snapshot.logs()) {
    sum += e.level() + e.flags() + Low(e.timestamp()) + Low(e.elapsed()) + e.dropped();
    sum += Span(e.message()) + Span(e.module()) + Span(e.file()) + Span(e.thread());
  }
  return sum;
}

uint64_t ReadThreads(const bench::Snapshot& snapshot) {
  uint64_t sum = 0;
  for (const auto& t : snapshot.threads()) {
    sum += t.name().size() + t.state() + Span(t.stack()) + t.usage();
    sum += Low(t.start()) + Low(t.end()) + Low(t.pointer()) + Low(t.peak()) + Low(t.id());
    for (uint64_t address : t.backtrace()) sum += Low(address);
    for (const auto& symbol : t.symbols()) sum += symbol.size();
  }
  return sum;
}

uint64_t ReadProfile(const bench::Profile& profile) {
  uint64_t sum = 0;
  for (const auto& s : profile.sample()) {
    for (uint64_t id : s.locations()) sum += Low(id);
    for (int64_t value : s.values()) sum += Low(value);
    for (const auto& l : s.labels()) sum += Low(l.key()) + Low(l.str()) + Low(l.num());
  }
  for (const auto& text : profile.strings()) sum += text.size();
  return sum;
}

template <typename Message, typename Read>
uint64_t DecodeOne(const char* data, size_t size, bool every, Read read) {
  google::protobuf::Arena arena;
  auto* message = google::protobuf::Arena::CreateMessage<Message>(&arena);
  if (!message->ParseFromArray(data, static_cast<int>(size))) std::abort();
  return every ? read(*message) : 0;
}

uint64_t DecodeFleet(const std::string& bytes) {
  uint64_t sum = 0;
  for (size_t at = 0; at < bytes.size();) {
    size_t length = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = bytes[at++];
      length |= static_cast<size_t>(byte & 127) << shift;
      if (byte < 128) break;
    }
    sum += DecodeOne<bench::Snapshot>(bytes.data() + at, length, true, [](const bench::Snapshot& s) { return s.metadata().version().size(); });
    at += length;
  }
  return sum;
}

uint64_t Run(const std::string& kind, const std::string& task, const std::string& bytes, std::vector<char>& copy) {
  if (task == "copy") {
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    return static_cast<uint8_t>(copy[copy.size() / 2]);
  }
  const bool every = task == "every";
  if (kind == "fleet") return DecodeFleet(bytes);
  if (kind == "profile") return DecodeOne<bench::Profile>(bytes.data(), bytes.size(), every, ReadProfile);
  if (kind == "threads") return DecodeOne<bench::Snapshot>(bytes.data(), bytes.size(), every, ReadThreads);
  return DecodeOne<bench::Snapshot>(bytes.data(), bytes.size(), every, ReadLogs);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::ifstream file(argv[2], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<char> copy(bytes.size());
  std::vector<double> times;
  Run(argv[1], argv[4], bytes, copy);
  for (int round = 0; round < std::atoi(argv[3]); round++) {
    const auto start = std::chrono::steady_clock::now();
    Run(argv[1], argv[4], bytes, copy);
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  const uint64_t checksum = Run(argv[1], "every", bytes, copy) % 4294967296;
  std::printf("{\"median_ms\":%.3f,\"min_ms\":%.3f,\"max_ms\":%.3f,\"checksum\":%llu}\n", times[times.size() / 2], times.front(),
              times.back(), static_cast<unsigned long long>(checksum));
}
