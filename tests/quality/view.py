import sys
import tempfile

from scorecard import *

import prebeta
from prebeta.store import Store


def go(p, faults, n, pick, most=6, seed=1):
    product, logs = PRODUCTS[p], {}
    project = product.project(product.make(faults, logs))
    with tempfile.TemporaryDirectory() as d:
        r = prebeta.run(project, n=n, seed=seed, store=Path(d) / "q.db")
        with Store.open(Path(d) / "q.db", create=False) as st:
            k = 0
            for row in r.rows:
                log = logs.get(row.session or "", [])
                if pick(row, log):
                    k += 1
                    if k > most:
                        break
                    c = st.conversation(r.run.id, row.id)
                    a = row.assessment
                    print("=====", a.outcome, a.kind, a.turn, a.slot, log, row.behaviors, c.transcript.stop.reason)
                    for t in c.transcript.turns:
                        act = t.act
                        print(
                            f" {t.index:2}",
                            "U" if t.move else "P",
                            f"[{act.name} {dict(act.facts)} {','.join(act.behaviors)}{'' if act.understood else ' ??'}]"
                            if act
                            else "",
                            repr(t.text[:400]),
                            (t.move.kind if t.move else ""),
                        )
                    for v in c.verdicts:
                        if v.value == "fail":
                            print("    V", v.kind, v.turn, v.slot, v.reason)


if __name__ == "__main__":
    p = sys.argv[1]
    faults = [f for f in sys.argv[2].split(",") if f]
    mode = sys.argv[3]
    most = int(sys.argv[4]) if len(sys.argv) > 4 else 4
    f0 = faults[0] if faults else None
    picks = {
        "bad": lambda r, l: r.assessment.failed or r.assessment.flawed or r.assessment.outcome in OURS,
        "miss": lambda r, l: any(e["fault"] == f0 for e in l) and r.assessment.kind != PRODUCTS[p].faults[f0].kind,
        "off": lambda r, l: any(e["fault"] == f0 for e in l) and r.assessment.turn != l[0]["turn"],
        "alarm": lambda r, l: not l and (r.assessment.failed or r.assessment.flawed or r.assessment.outcome in OURS),
        "any": lambda r, l: True,
    }
    go(p, faults, int(sys.argv[5]) if len(sys.argv) > 5 else 300, picks[mode], most)
