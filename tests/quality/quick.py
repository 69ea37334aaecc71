import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from scorecard import *

if __name__ == "__main__":
    n = int(sys.argv[1])
    only = sys.argv[2:]
    for p in PRODUCTS:
        t = time.time()
        s = hold(Wanted(p, (), n))
        c = clean(p, s)
        print(c, f"{time.time() - t:.1f}s", Counter(o.outcome for o in s), Counter(o.kind for o in s if o.kind))
    jobs = [(p, f) for p, f in all_faults() if not only or p in only or f in only]
    with ProcessPoolExecutor(2) as pool:
        for (p, f), s in zip(jobs, pool.map(hold, [Wanted(p, (f,), n) for p, f in jobs])):
            x = score(p, f, s)
            print(
                f"{p:7}{f:32}{x.kind:16}{x.ways} {'yes' if x.found else 'NO ':4} hit {x.hit:4} kind {x.share('right'):5.0%} exact {x.share('exact'):5.0%} near {x.share('near'):5.0%} sim {x.unplaced} alarms {x.alarms}/{x.rest}",
                Counter(o.kind for o in s if f in o.noted).most_common(3),
                flush=True,
            )
