#include "Alone.h"
#include "Bytes.h"
#include "DicomRead.h"
#include "Text.h"

#include <itkGDCMImageIO.h>
#include <itkImageSeriesReader.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace glio::io {
namespace {
using SliceImage = itk::Image<float, 3>;

/// What the reading process leaves in memory that both processes see; the voxels follow.
struct Answer {
    enum State : int { Nothing, Read, Refused } state = Nothing;
    Size3 size{};
    Spacing3 spacing{};
    std::array<double, 3> origin{};
    Matrix3 direction{};
};

class SharedMemory {
public:
    explicit SharedMemory(std::size_t size)
        : m_size(size),
          m_data(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
    {
        if (m_data == MAP_FAILED) throw std::bad_alloc();
        new (m_data) Answer;
    }
    ~SharedMemory() { munmap(m_data, m_size); }
    SharedMemory(const SharedMemory &) = delete;
    SharedMemory &operator=(const SharedMemory &) = delete;
    Answer &answer() { return *static_cast<Answer *>(m_data); }
    float *voxels() { return reinterpret_cast<float *>(static_cast<char *>(m_data) + sizeof(Answer)); }

private:
    std::size_t m_size;
    void *m_data;
};

void readInto(SharedMemory &memory, const std::vector<std::string> &names, std::uint64_t mostVoxels)
{
    const auto reader = itk::ImageSeriesReader<SliceImage>::New();
    reader->SetImageIO(itk::GDCMImageIO::New());
    reader->SetFileNames(names);
    reader->ForceOrthogonalDirectionOff(); // a tilted gantry stays tilted
    reader->Update();
    const SliceImage *slices = reader->GetOutput();
    const auto size = slices->GetLargestPossibleRegion().GetSize();
    Answer &answer = memory.answer();
    if (std::uint64_t(size[0]) * size[1] * size[2] > mostVoxels) return;
    for (unsigned row = 0; row < 3; ++row) {
        answer.size[row] = std::int64_t(size[row]);
        answer.spacing[row] = slices->GetSpacing()[row];
        answer.origin[row] = slices->GetOrigin()[row];
        for (unsigned column = 0; column < 3; ++column)
            answer.direction[3 * row + column] = slices->GetDirection()(row, column);
    }
    std::memcpy(memory.voxels(), slices->GetBufferPointer(), size[0] * size[1] * size[2] * sizeof(float));
    answer.state = Answer::Read;
}

/// Reads in a process of its own: GDCM and its decoders abort on some damaged files, and nobody's annotations may go
/// with them. False when it died or took longer than two minutes.
bool readApart(SharedMemory &memory, const std::vector<std::string> &names, std::uint64_t mostVoxels)
{
    const pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) {
        for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM})
            std::signal(signal, SIG_DFL);
        const rlimit noCore{0, 0};
        setrlimit(RLIMIT_CORE, &noCore);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        try {
            readInto(memory, names, mostVoxels);
        } catch (...) {
            memory.answer().state = Answer::Refused;
        }
        _exit(0);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    int status = 0;
    for (auto pause = std::chrono::milliseconds(1);; pause = std::min(2 * pause, std::chrono::milliseconds(50))) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) return WIFEXITED(status) && memory.answer().state == Answer::Read;
        if (ended < 0 && errno != EINTR) return memory.answer().state == Answer::Read;
        if (std::chrono::steady_clock::now() > end) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return false;
        }
        std::this_thread::sleep_for(pause);
    }
}
} // namespace

Result<ImageVolume> readDicomWithItk(const DicomSeries &series)
{
    const auto &first = series.files.front();
    std::uint64_t voxels = 1, bytes = 0;
    for (const auto n : series.size)
        if (n < 1 || __builtin_mul_overflow(voxels, std::uint64_t(n), &voxels) || voxels > (std::uint64_t{1} << 40))
            return fail(Errc::Io,
                        text(quoted(first), " belongs to a DICOM series without images. Choose another one."));
    bytes = voxels * sizeof(float);
    if (auto room = askForMemory(3 * bytes, first); !room) return std::unexpected(room.error());
    std::vector<std::string> names;
    for (const auto &file : series.files)
        names.push_back(file.string());

    SharedMemory memory(sizeof(Answer) + bytes);
    const auto died = fail(
        Errc::Io, text(quoted(first),
                       " belongs to a DICOM series that cannot be read as one volume. Export it again, uncompressed."));
    {
        const Alone alone;
        itk::Object::SetGlobalWarningDisplay(false);
        if (!readApart(memory, names, voxels)) return died;
    }
    const Answer &answer = memory.answer();
    const auto geometry = Geometry::make(answer.size, answer.spacing,
                                         {answer.origin[0], answer.origin[1], answer.origin[2]}, answer.direction);
    if (!geometry || std::uint64_t(geometry->voxelCount()) > voxels) return died;
    ImageVolume image(*geometry);
    std::memcpy(image.edit().data(), memory.voxels(), image.voxels().size_bytes());
    return image;
}

} // namespace glio::io
