// Completion of image indexes and names, read from the file that is named on the line so far.

type Bound = Readonly<Record<string, unknown>>;
type Completer = (bound: Bound) => Promise<readonly string[]>;

/** Completes what `read` gives for each image of the file in the parameter `path`. */
function ofImages(path: string, read: (image: { readonly index: number; readonly name: string }) => string): Completer {
  return async (bound) => {
    const file = bound[path];
    if (typeof file !== 'string') return [];
    const WimFile = await loadWimFile();
    await using wim = await WimFile.open(file);
    return wim.xml.images.map(read);
  };
}

// A function of its own: beside "await using" the compiler leaves the name of the source file in the import.
const loadWimFile = async () => (await import('../lib/wim/wim-file.ts')).WimFile;

/** The indexes of the images in the file that a parameter names. */
export const imageIndexes = (path: string): Completer => ofImages(path, ({ index }) => String(index));

/** The names of the images in the file that a parameter names, quoted where they need it. */
export const imageNames = (path: string): Completer =>
  ofImages(path, ({ name }) => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`));
