// Bytes in pieces to lines of text.

export interface LineSplitter {
  write(bytes: Uint8Array): void;
  /** Gives the last line when no line end closes it. */
  end(): void;
}

/** Gives each line to `take`, without its line end; the bytes are UTF-8, and a character may lie in two pieces. */
export function lineSplitter(take: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    write(bytes) {
      const pieces = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = pieces.pop()!;
      for (const line of pieces) take(line.endsWith('\r') ? line.slice(0, -1) : line);
    },
    end() {
      rest += decoder.decode();
      if (rest !== '') take(rest);
      rest = '';
    },
  };
}
