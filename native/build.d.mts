/** The C++ compiler that answers: `CXX`, or `c++`, `g++`, `clang++`. */
export function findCompiler(): string | undefined
