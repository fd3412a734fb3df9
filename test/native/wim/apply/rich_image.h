// An image with everything that NTFS has and a POSIX file system has not: security descriptors, short names, named
// streams, junctions, foreign reparse points, object ids, extended attributes, names that are too long.
#ifndef DISM_TEST_NATIVE_WIM_APPLY_RICH_IMAGE_H_
#define DISM_TEST_NATIVE_WIM_APPLY_RICH_IMAGE_H_

#include "native/wim/apply/image_maker.h"
#include "wim/capture/unix_data.h"

namespace dism::wim::test_support {

inline constexpr uint32_t kOtherTag = 0x9000001A;
inline constexpr uint32_t kHidden = kAttributeHidden | kAttributeSystem | 0x2000;

// A directory name of 255 units, 765 bytes of UTF-8.
inline const std::u16string kLongName(255, u'\u4E00');

inline void FillRichImage(ImageMaker& maker) {
  std::vector<uint8_t> descriptor(40, 7), other_descriptor(60, 9);
  const NodeId windows = maker.AddDirectory(kRootNode, u"Windows");
  Dentry dentry;
  dentry.attributes = kAttributeArchive | kHidden;
  dentry.security_id = maker.scan.tree.security().Add(descriptor);
  dentry.short_name = u"NOTEPA~1.EXE";
  AppendTaggedItem(kTagObjectId, std::vector<uint8_t>(64, 3), &dentry.tagged_items);
  AppendTaggedItem(kTagExtendedAttributes, WriteExtendedAttributes({{"$KERNEL.PURGE", "x"}}), &dentry.tagged_items);
  dentry.unknown_0x54 = 0x12345678;
  maker.Add(windows, u"notepad plus.exe", dentry,
            {{StreamKind::kData, "MZ data"},
             {StreamKind::kNamed, "[ZoneTransfer]", u"Zone.Identifier"},
             {StreamKind::kNamed, "", u"empty stream"},
             {StreamKind::kNamed, std::string(9 << 20, 's'), u"large"}});
  dentry = {};
  dentry.attributes = kAttributeDirectory | kAttributeReadOnly | kAttributeCompressed;
  dentry.security_id = maker.scan.tree.security().Add(other_descriptor);
  const NodeId fonts = maker.Add(windows, u"Fonts", dentry, {{StreamKind::kNamed, "view", u"settings"}});
  maker.AddFile(fonts, u"arial.ttf", "font", kAttributeReadOnly | kAttributeArchive);
  maker.AddFile(fonts, u"no attributes.txt", "text", kAttributeNormal);

  LinkData link{u"\\??\\C:\\Users\\Public", u"C:\\Users\\Public", false};
  maker.AddLink(kRootNode, u"Documents and Settings", kReparseTagMountPoint, link, false, true);
  maker.AddLink(kRootNode, u"other volume", kReparseTagMountPoint,
                {u"\\??\\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\\", u"", false}, true, true);
  maker.AddLink(kRootNode, u"from root", kReparseTagSymlink, {u"\\Users", u"\\Users", true}, true, true);
  maker.AddLink(kRootNode, u"relative", kReparseTagSymlink, {u"Windows\\notepad plus.exe", u"shown otherwise", true},
                true);
  const NodeId users = maker.AddDirectory(kRootNode, u"Users");
  maker.AddDirectory(users, u"Public");

  dentry = {};
  dentry.attributes = kAttributeArchive | kAttributeReparsePoint;
  dentry.reparse_tag = kOtherTag;
  dentry.reparse_reserved = 5;
  maker.Add(kRootNode, u"cloud file", dentry, {{StreamKind::kReparse, "cloud"}, {StreamKind::kData, "here"}});
  dentry.attributes = kAttributeDirectory | kAttributeReparsePoint;
  const NodeId cloud = maker.Add(kRootNode, u"cloud directory", dentry, {{StreamKind::kReparse, "cloud too"}});
  maker.AddFile(cloud, u"below", "below");
  dentry = {};
  dentry.attributes = kAttributeArchive | kAttributeReparsePoint;
  dentry.reparse_tag = kReparseTagSymlink;
  maker.Add(kRootNode, u"broken link", dentry, {{StreamKind::kReparse, "no link data"}, {StreamKind::kData, ""}});
  dentry = {};
  dentry.attributes = kAttributeArchive | kAttributeEncrypted;
  maker.Add(kRootNode, u"secret", dentry, {{StreamKind::kEfsRaw, "raw encrypted stream"}});

  const NodeId long_directory = maker.AddDirectory(kRootNode, kLongName);
  maker.AddFile(long_directory, u"inside", "inside the long one");
  maker.AddFile(kRootNode, kLongName.substr(1) + u"!", "second long name");
  maker.AddFile(kRootNode, std::u16string(u"lone \xD800 surrogate"), "lone");
}

// Every entry of `a` is in `b` with the same bytes, streams included.
inline void ExpectSameEntries(const ImageTree& a, const ImageTree& b) {
  EXPECT_EQ(ListPaths(a), ListPaths(b));
  for (NodeId node = 0; node < a.node_count(); ++node) {
    const std::optional<NodeId> other = b.Find(a.Path(node));
    ASSERT(other.has_value());
    Dentry x = a.Get(node), y = b.Get(*other);
    const ByteSpan descriptor_x = a.security().Get(x.security_id), descriptor_y = b.security().Get(y.security_id);
    EXPECT(std::equal(descriptor_x.begin(), descriptor_x.end(), descriptor_y.begin(), descriptor_y.end()));
    x.security_id = y.security_id = -1;
    x.subdirectory_offset = y.subdirectory_offset = 0;
    std::vector<uint8_t> bytes_x, bytes_y;
    x.Write(&bytes_x);
    y.Write(&bytes_y);
    if (bytes_x != bytes_y) std::cerr << "differs: " << Utf16ToUtf8(a.Path(node)) << "\n";
    EXPECT(bytes_x == bytes_y);
  }
}

}  // namespace dism::wim::test_support

#endif  // DISM_TEST_NATIVE_WIM_APPLY_RICH_IMAGE_H_
