import { hasProgram, missingPackages } from './debian-packages.mjs'

const compilers = ['c++', 'g++', 'clang++']

const tools = [
  { name: 'cmake', programs: ['cmake'] },
  { name: 'make', programs: ['make'] },
  { name: 'g++', programs: compilers },
]

/** What is missing to build llama.cpp, with the cure; empty when nothing is. CI installs it first. */
export function missingBuildTools() {
  return missingPackages('Building llama.cpp', tools)
}

/** The name that starts a C++ compiler. */
export function compiler() {
  return compilers.find(hasProgram)
}
