/** Operators that are words and stand before their operand, without the dash. */
export const unaryWords = ['not', 'bnot', 'split', 'isplit', 'csplit', 'join'];
