#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets test/fuzz/wim_*: small structures built from the tables of native/wim/FORMAT.md."""
import hashlib
import pathlib
import struct

FUZZ = pathlib.Path(__file__).parent.parent / 'test' / 'fuzz'


def put(target, name, data):
    folder = FUZZ / target / 'corpus'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def pad8(data):
    return data + bytes(-len(data) % 8)


def reshdr(stored, flags, offset, original):
    return struct.pack('<QQQ', stored | flags << 56, offset, original)


def header(version=0x10D00, flags=0x40082, chunk=32768, boot=1):
    return (b'MSWIM\0\0\0' + struct.pack('<IIII', 208, version, flags, chunk) + bytes(range(16)) +
            struct.pack('<HHI', 1, 1, 2) + reshdr(100, 2, 1000, 100) + reshdr(300, 2, 1100, 300) +
            (reshdr(400, 6, 500, 900) if boot else bytes(24)) + struct.pack('<I', boot) +
            reshdr(32, 0, 1400, 32) + bytes(60))


def blob(stored, flags, offset, original, digest, part=1, references=1):
    return reshdr(stored, flags, offset, original) + struct.pack('<HI', part, references) + digest


def stream(digest, name=''):
    text = name.encode('utf-16le')
    body = digest + struct.pack('<H', len(text)) + (text + b'\0\0' if name else b'')
    length = (16 + len(body) + 7) // 8 * 8
    return pad8(struct.pack('<QQ', length, 0) + body)


def entry(name, attributes=0x20, subdir=0, digest=bytes(20), short='', streams=(), items=b'', union=0, security=-1):
    long_name, short_name = name.encode('utf-16le'), short.encode('utf-16le')
    body = struct.pack('<IiQ', attributes, security, subdir) + bytes(16) + struct.pack('<QQQ', 1, 2, 3) + digest
    body += struct.pack('<IQHHH', 0, union, len(streams), len(short_name), len(long_name))
    body += (long_name + b'\0\0' if name else b'') + (short_name + b'\0\0' if short else b'')
    body = pad8(bytes(8) + body)[8:] + items
    return struct.pack('<Q', 8 + len(body)) + body + b''.join(streams)


def sha(text):
    return hashlib.sha1(text.encode()).digest()


END = bytes(8)
SECURITY = struct.pack('<IIQ', 40, 1, 20) + b'\x01\x00\x04\x80' + bytes(16) + bytes(4)
DIRECTORY = 0x10


def tree():
    """A root with a directory, a file with named streams, a hard link, a junction and an object id."""
    start = len(SECURITY)
    root_size = len(entry('', attributes=DIRECTORY))
    top = start + root_size + 8
    item = struct.pack('<II', 1, 16) + bytes(range(16))

    def children(sub):
        return [
            entry('dir', attributes=DIRECTORY, subdir=sub, security=0, items=item),
            entry('file.txt', streams=[stream(sha('a')), stream(sha('b'), 'ads')], short='FILE~1'),
            entry('junction', attributes=DIRECTORY | 0x400, digest=sha('r'), union=0xA0000003),
            entry('link', digest=sha('c'), union=7),
        ]

    sub = top + sum(map(len, children(0))) + 8
    inner = [entry('empty', attributes=DIRECTORY, subdir=0), entry('link', digest=sha('c'), union=7)]
    return b''.join([SECURITY, entry('', attributes=DIRECTORY, subdir=top, security=0), END,
                     *children(sub), END, *inner, END])


def main():
    put('wim_header', 'lzx', struct.pack('<Q', 2000) + header())
    put('wim_header', 'solid', struct.pack('<Q', 2000) + header(0xE00, 0x80082, 131072, 0))
    put('wim_header', 'plain', struct.pack('<Q', 2000) + header(0x10D00, 0, 0, 0))

    prefix = struct.pack('<BI8H', 1, 5000, 100, 200, 300, 400, 0, 65535, 1, 2)
    plain = [blob(100, 6, 208, 500, sha('m')), blob(50, 0, 400, 50, sha('x')), blob(40, 4, 450, 80, sha('y'))]
    solid = [blob(60, 16, 500, 1 << 32, bytes(20)), blob(60, 16, 600, 1 << 32, bytes(20)),
             blob(30, 16, 0, 0, sha('s')), blob(70, 16, 30, 0, sha('t')), blob(200, 16, 100, 0, sha('u'))]
    put('wim_blob_table', 'plain', prefix + b''.join(plain))
    put('wim_blob_table', 'solid', prefix + b''.join(plain + solid))
    put('wim_blob_table', 'two_runs', prefix + b''.join(solid[2:3] + solid[:1] + plain[1:2] + solid[1:2] + solid[3:4]))

    put('wim_metadata', 'root_only', struct.pack('<II', 8, 0) + entry('', attributes=DIRECTORY) + END)
    put('wim_metadata', 'empty_image', struct.pack('<II', 8, 0) + END)
    put('wim_metadata', 'tree', tree())

    data = bytes(208) + b'x' * 10000
    digests = [hashlib.sha1(data[at:at + 4096]).digest() for at in range(208, len(data), 4096)]
    table = struct.pack('<III', 12 + 20 * len(digests), len(digests), 4096) + b''.join(digests)
    put('wim_integrity', 'matches', struct.pack('<H', len(table)) + table + data)
    put('wim_integrity', 'differs', struct.pack('<H', len(table)) + table + data[:-1] + b'y')
    put('wim_integrity', 'empty', struct.pack('<H', 12) + struct.pack('<III', 12, 0, 4096) + bytes(208))


main()
