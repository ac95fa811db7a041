#include "glioscope/protocol/SharedMemory.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/mman.h>
#include <unistd.h>

using namespace glio;
using namespace glio::protocol;

TEST_CASE("what one side writes the other reads, and back", "[protocol][memory]")
{
    const auto owner = SharedMemory::create("test", 10000);
    REQUIRE(owner);
    const auto floats = owner->as<float>();
    REQUIRE(floats.size() == 2500);
    floats[2499] = 4.5f;
    const auto reader = MappedMemory::open(owner->ref(), MemoryAccess::Read);
    REQUIRE(reader);
    REQUIRE(reader->bytes().size() == 10000);
    float value = 0;
    std::memcpy(&value, reader->bytes().data() + 9996, 4);
    CHECK(value == 4.5f);
    const auto writer = MappedMemory::open(owner->ref(), MemoryAccess::ReadWrite);
    REQUIRE(writer);
    writer->edit()[5] = std::byte{77};
    CHECK(owner->bytes()[5] == std::byte{77});
    CHECK(reader->bytes()[5] == std::byte{77});
}

TEST_CASE("a part begins where it says, also off the page", "[protocol][memory]")
{
    const auto owner = SharedMemory::create("test", 20000);
    REQUIRE(owner);
    for (std::size_t i = 0; i < 20000; ++i)
        owner->bytes()[i] = std::byte(i % 251);
    for (const std::int64_t offset : {0, 1, 4095, 4096, 5000, 19990}) {
        const auto ref = owner->ref(offset, 10);
        REQUIRE(ref);
        const auto part = MappedMemory::open(*ref, MemoryAccess::Read);
        REQUIRE(part);
        CHECK(part->bytes().size() == 10);
        CHECK(part->bytes()[0] == std::byte(offset % 251));
        CHECK(part->bytes()[9] == std::byte((offset + 9) % 251));
    }
    CHECK_FALSE(owner->ref(19991, 10));
    CHECK_FALSE(owner->ref(-1, 10));
    CHECK_FALSE(owner->ref(0, 0));
    CHECK_FALSE(owner->ref(1, std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("a reference that reaches outside the file is refused", "[protocol][memory][error]")
{
    const auto owner = SharedMemory::create("test", 5000);
    REQUIRE(owner);
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const MemoryRef good = owner->ref();
    const auto with = [&](auto change) {
        MemoryRef ref = good;
        change(ref);
        return ref;
    };
    for (const MemoryRef &ref :
         {with([](auto &r) { r.bytes = 5001; }), with([](auto &r) { r.offset = 1; }),
          with([](auto &r) { r.bytes = 0; }), with([](auto &r) { r.bytes = -5; }), with([](auto &r) { r.offset = -1; }),
          with([](auto &r) { r.offset = most; }), with([](auto &r) { r.bytes = most; }),
          with([](auto &r) { r.fd = -1; }), with([](auto &r) { r.pid = 0; }), with([](auto &r) { r.pid = -1; })}) {
        const auto opened = MappedMemory::open(ref, MemoryAccess::Read);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::InvalidArgument);
    }
    CHECK(MappedMemory::open(with([](auto &r) { r.fd = 9999; }), MemoryAccess::Read).error().code == Errc::Io);
    CHECK(MappedMemory::open(with([](auto &r) { r.pid = 1 << 30; }), MemoryAccess::Read).error().code == Errc::Io);
}

TEST_CASE("nothing but a sealed memory file is mapped", "[protocol][memory][error]")
{
    const auto refuse = [](int fd) {
        const auto opened = MappedMemory::open({getpid(), fd, 100, 0}, MemoryAccess::Read);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::InvalidArgument);
        close(fd);
    };
    SECTION("an unsealed one could shrink under the reader")
    {
        const int fd = memfd_create("plain", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        REQUIRE(ftruncate(fd, 4096) == 0);
        refuse(fd);
    }
    SECTION("a file on disk") { refuse(open("/proc/self/exe", O_RDONLY)); }
    SECTION("a device") { refuse(open("/dev/zero", O_RDWR)); }
    SECTION("a pipe")
    {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        refuse(ends[0]);
        close(ends[1]);
    }
}

TEST_CASE("a memory file cannot be made smaller or larger by anyone", "[protocol][memory]")
{
    const auto owner = SharedMemory::create("test", 5000);
    REQUIRE(owner);
    CHECK(ftruncate(owner->ref().fd, 10) != 0);
    CHECK(ftruncate(owner->ref().fd, 50000) != 0);
    CHECK_FALSE(SharedMemory::create("none", 0));
    CHECK_FALSE(SharedMemory::create("none", -1));
}

TEST_CASE("a large memory file takes no memory before it is written", "[protocol][memory]")
{
    const auto owner = SharedMemory::create("sparse", std::int64_t{64} << 30);
    REQUIRE(owner);
    owner->bytes().back() = std::byte{1};
    CHECK(MappedMemory::open(owner->ref(), MemoryAccess::Read)->bytes().back() == std::byte{1});
}

TEST_CASE("a mapping outlives the owner's file", "[protocol][memory]")
{
    auto owner = SharedMemory::create("test", 5000);
    REQUIRE(owner);
    owner->bytes()[4999] = std::byte{9};
    const auto reader = MappedMemory::open(owner->ref(), MemoryAccess::Read);
    REQUIRE(reader);
    owner = std::unexpected(Error{});
    CHECK(reader->bytes()[4999] == std::byte{9});
}
