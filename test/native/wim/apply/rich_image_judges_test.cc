// Other programs read images with everything that NTFS has, and what wimlib makes of them reads back the same.
#include "base/utf16.h"
#include "native/wim/apply/rich_image.h"

namespace dism::wim {
namespace {

using namespace test_support;

TEST(RichImage, WimlibReadsItAndItsExportReadsBackTheSame) {
  if (!HaveJudge()) return;
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  const std::unique_ptr<WimReader> ours = maker.Write(work + "/a.wim", job.job);
  ASSERT(RunProgram({"wimlib-imagex", "verify", work + "/a.wim"}) == 0);
  ASSERT(RunProgram({"wimlib-imagex", "dir", work + "/a.wim", "1", "--detailed"}) == 0);
  auto expected = ours->LoadImage(1, nullptr, job.job);
  ASSERT(expected.ok());
  // An export copies every stream that wimlib found in the metadata: a named stream it had missed would be lost.
  int number = 0;
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--compress=none"}, {"--compress=XPRESS"}, {"--compress=LZX"}, {"--solid"}}) {
    const std::string theirs = work + "/b" + std::to_string(number++) + ".wim";
    std::vector<std::string> command = {"wimlib-imagex", "export", work + "/a.wim", "1", theirs};
    command.insert(command.end(), options.begin(), options.end());
    ASSERT(RunProgram(command) == 0);
    auto reader = WimReader::Open(theirs, {});
    ASSERT(reader.ok());
    std::vector<std::string> lost;
    for (NodeId node = 0; node < expected->node_count(); ++node) {
      for (const StreamEntry& stream : expected->Get(node).streams) {
        if (!IsZeroDigest(stream.digest) && (*reader)->table().Find(stream.digest) < 0) {
          lost.push_back(Utf16ToUtf8(expected->Path(node)) + ":" + Utf16ToUtf8(stream.name));
        }
      }
    }
    // wimlib takes a directory with a reparse point for a link and leaves out what lies below it.
    EXPECT(lost == std::vector<std::string>{"\\cloud directory\\below:"});
    auto tree = (*reader)->LoadImage(1, nullptr, job.job);
    ASSERT(tree.ok());
    ExpectSameEntries(*expected, *tree);
  }
}

}  // namespace
}  // namespace dism::wim
