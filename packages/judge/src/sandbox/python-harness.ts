/** Python that is in the snapshot: the modules that answers import most, and how a program is run. */
export const pythonPrelude: string = `
import importlib, json, sys
for _name in ('abc array ast base64 bisect calendar cmath collections contextlib copy csv dataclasses datetime decimal '
              'enum fractions functools hashlib heapq inspect io itertools json math numbers operator queue random re '
              'statistics string struct textwrap threading time traceback types typing unicodedata unittest uuid').split():
    importlib.import_module(_name)
# Modules in C are loaded now, since later none can be.
for _name in sys.builtin_module_names:
    if not _name.startswith('_test') and _name not in {
        '_ctypes', '_posixsubprocess', '_remote_debugging', '_socket', '_xxtestfuzz', 'fcntl', 'mmap', 'select', 'termios', 'xxsubtype',
    }:
        try:
            importlib.import_module(_name)
        except ImportError:
            pass

def _foretoken_run(code, tests, compile=compile, exec=exec, dumps=json.dumps):
    namespace = {'__name__': 'answer', '__builtins__': __builtins__}
    for stage, source in (('code', code), ('tests', tests)):
        try:
            exec(compile(source, '<' + stage + '>', 'exec'), namespace)
        except MemoryError:
            return dumps(['memory', 'MemoryError'])
        except BaseException as error:
            try:
                text = type(error).__name__ + ': ' + str(error)
            except BaseException:
                text = 'an error that cannot be shown'
            return dumps([stage + '-failed', text[:2000]])
    return dumps(['passed', ''])
del _name
`

/** Python that closes the way to JavaScript, to C and to the system, before a program of somebody else runs. */
export const pythonClosing = `
def _close():
    import gc, sys, os, posix, _imp, importlib
    sys.meta_path[:] = [finder for finder in sys.meta_path if '_pyodide' not in type(finder).__module__]
    blocked = [name for name in sys.modules if name.split('.')[0] in {'js', 'pyodide', '_pyodide', 'pyodide_js', '_pyodide_core'}]
    bridges = [sys.modules[name] for name in blocked]
    for name in [*blocked, 'js', 'pyodide_js', '_ctypes', 'ctypes', '_posixsubprocess', '_socket']:
        sys.modules[name] = None
    # Whoever finds such a module among the garbage collector's objects finds it empty.
    for module in bridges:
        if type(module) is type(sys):
            module.__dict__.clear()
    for name in ('create_builtin', 'exec_builtin', 'create_dynamic', 'exec_dynamic'):
        if hasattr(_imp, name):
            delattr(_imp, name)
    for name in ('system', 'popen', 'fork', 'forkpty', 'execv', 'execve', 'posix_spawn', 'posix_spawnp', 'kill', 'killpg'):
        for module in (os, posix):
            if hasattr(module, name):
                delattr(module, name)
    importlib.invalidate_caches()
    gc.collect()
_close()
del _close, _foretoken_run
`
