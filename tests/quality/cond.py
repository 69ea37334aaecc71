import contextlib
import io
import re
import sys

import view


def cond(p, faults, n, pick, most=40, width=200):
    buf = io.StringIO()
    with contextlib.redirect_stdout(buf):
        view.go(p, faults, n, pick, most)
    for conv in buf.getvalue().split("=====")[1:]:
        lines = conv.splitlines()
        print("#", lines[0][:150])
        vs = [l for l in lines if l.startswith("    V")]
        for v in vs:
            m = re.search(r"V (\w+) (\S+)", v)
            i = int(m[2]) if m[2].isdigit() else 0
            ctx = [l[:width] for l in lines if re.match(rf" +({i - 2}|{i - 1}|{i}) ", l)]
            g = re.search(r"given in turn (\d+)", v)
            if g:
                ctx.insert(0, [l[:width] for l in lines if re.match(rf" +{g[1]} ", l)][0])
            print("  ", v.strip()[:200])
            print("\n".join(ctx))
        t = re.search(r"'turn': (\d+)", lines[0])
        if t and faults:
            i = int(t[1])
            print("  noted:")
            print("\n".join([l[:width] for l in lines if re.match(rf" +({i - 2}|{i - 1}|{i}) ", l)]))


if __name__ == "__main__":
    p = sys.argv[1]
    faults = [f for f in sys.argv[2].split(",") if f]
    mode = sys.argv[3]
    most = int(sys.argv[4])
    n = int(sys.argv[5])
    f0 = faults[0] if faults else None
    k = view.PRODUCTS[p].faults[f0].kind if f0 else None
    t = lambda l: next((e["turn"] for e in l if e["fault"] == f0), None)
    picks = {
        "bad": lambda r, l: r.assessment.failed or r.assessment.flawed or r.assessment.outcome in view.OURS,
        "miss": lambda r, l: t(l) is not None and r.assessment.kind != k,
        "off": lambda r, l: t(l) is not None and r.assessment.turn != t(l) and r.assessment.kind == k,
    }
    cond(p, faults, n, picks[mode], most, int(sys.argv[6]) if len(sys.argv) > 6 else 200)
