;; What the kernels do most, two numbers at a time. Addresses and lengths are in bytes; columns start at multiples of 16 and are filled up with zeros to a
;; multiple of 16 bytes. Results don't depend on the machine: no instruction of relaxed precision is used. `node tools/vectors.ts` makes the code of this.
(module
  (memory (import "room" "memory") 1)

  (func $sum (param $v v128) (result f64)
    (f64.add (f64x2.extract_lane 0 (local.get $v)) (f64x2.extract_lane 1 (local.get $v))))

  ;; Address of column `q` of the list, or of the last one where there are fewer.
  (func $column (param $list i32) (param $q i32) (param $count i32) (result i32)
    (i32.load (i32.add (local.get $list) (i32.shl
      (select (local.get $q) (i32.sub (local.get $count) (i32.const 1)) (i32.lt_s (local.get $q) (local.get $count)))
      (i32.const 2)))))

  ;; Factor `q` in both halves, or 0 where there are fewer.
  (func $factor (param $factors i32) (param $q i32) (param $count i32) (result v128)
    (if (result v128) (i32.lt_s (local.get $q) (local.get $count))
      (then (v128.load64_splat (i32.add (local.get $factors) (i32.shl (local.get $q) (i32.const 3)))))
      (else (v128.const i64x2 0 0))))

  ;; out[q] = the product of column q with a vector; writes up to three numbers more. Four columns at a time, since four sums hide the latency of one.
  (func (export "products") (param $list i32) (param $count i32) (param $vector i32) (param $length i32) (param $out i32)
    (local $q i32) (local $i i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $x v128) (local $sa v128) (local $sb v128) (local $sc v128) (local $sd v128)
    (if (i32.le_s (local.get $count) (i32.const 0)) (then (return)))
    (loop $four
      (local.set $a (call $column (local.get $list) (local.get $q) (local.get $count)))
      (local.set $b (call $column (local.get $list) (i32.add (local.get $q) (i32.const 1)) (local.get $count)))
      (local.set $c (call $column (local.get $list) (i32.add (local.get $q) (i32.const 2)) (local.get $count)))
      (local.set $d (call $column (local.get $list) (i32.add (local.get $q) (i32.const 3)) (local.get $count)))
      (local.set $sa (v128.const i64x2 0 0))
      (local.set $sb (v128.const i64x2 0 0))
      (local.set $sc (v128.const i64x2 0 0))
      (local.set $sd (v128.const i64x2 0 0))
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $x (v128.load (i32.add (local.get $vector) (local.get $i))))
        (local.set $sa (f64x2.add (local.get $sa)
          (f64x2.mul (local.get $x) (v128.load (i32.add (local.get $a) (local.get $i))))))
        (local.set $sb (f64x2.add (local.get $sb)
          (f64x2.mul (local.get $x) (v128.load (i32.add (local.get $b) (local.get $i))))))
        (local.set $sc (f64x2.add (local.get $sc)
          (f64x2.mul (local.get $x) (v128.load (i32.add (local.get $c) (local.get $i))))))
        (local.set $sd (f64x2.add (local.get $sd)
          (f64x2.mul (local.get $x) (v128.load (i32.add (local.get $d) (local.get $i))))))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
      (f64.store (local.get $out) (call $sum (local.get $sa)))
      (f64.store offset=8 (local.get $out) (call $sum (local.get $sb)))
      (f64.store offset=16 (local.get $out) (call $sum (local.get $sc)))
      (f64.store offset=24 (local.get $out) (call $sum (local.get $sd)))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br_if $four (i32.lt_s (local.tee $q (i32.add (local.get $q) (i32.const 4))) (local.get $count)))))

  ;; Adds to `sum` each column times its factor.
  (func (export "add") (param $list i32) (param $count i32) (param $factors i32) (param $length i32) (param $sum i32)
    (local $q i32) (local $i i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $to i32)
    (local $fa v128) (local $fb v128) (local $fc v128) (local $fd v128)
    (if (i32.le_s (local.get $count) (i32.const 0)) (then (return)))
    (loop $four
      (local.set $a (call $column (local.get $list) (local.get $q) (local.get $count)))
      (local.set $b (call $column (local.get $list) (i32.add (local.get $q) (i32.const 1)) (local.get $count)))
      (local.set $c (call $column (local.get $list) (i32.add (local.get $q) (i32.const 2)) (local.get $count)))
      (local.set $d (call $column (local.get $list) (i32.add (local.get $q) (i32.const 3)) (local.get $count)))
      (local.set $fa (call $factor (local.get $factors) (local.get $q) (local.get $count)))
      (local.set $fb (call $factor (local.get $factors) (i32.add (local.get $q) (i32.const 1)) (local.get $count)))
      (local.set $fc (call $factor (local.get $factors) (i32.add (local.get $q) (i32.const 2)) (local.get $count)))
      (local.set $fd (call $factor (local.get $factors) (i32.add (local.get $q) (i32.const 3)) (local.get $count)))
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $to (i32.add (local.get $sum) (local.get $i)))
        (v128.store (local.get $to) (f64x2.add (v128.load (local.get $to)) (f64x2.add
          (f64x2.add
            (f64x2.mul (local.get $fa) (v128.load (i32.add (local.get $a) (local.get $i))))
            (f64x2.mul (local.get $fb) (v128.load (i32.add (local.get $b) (local.get $i)))))
          (f64x2.add
            (f64x2.mul (local.get $fc) (v128.load (i32.add (local.get $c) (local.get $i))))
            (f64x2.mul (local.get $fd) (v128.load (i32.add (local.get $d) (local.get $i))))))))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
      (br_if $four (i32.lt_s (local.tee $q (i32.add (local.get $q) (i32.const 4))) (local.get $count)))))

  ;; Products of four columns, `stride` apart from `four` on, with each column of the list: row c of `out`, whose rows are `row` apart, has those of the
  ;; c-th; writes up to one number more a row. Every number read serves several.
  (func (export "tiles") (param $four i32) (param $stride i32) (param $list i32) (param $count i32) (param $length i32)
    (param $out i32) (param $row i32)
    (local $q i32) (local $i i32) (local $h0 i32) (local $h1 i32) (local $h2 i32) (local $h3 i32) (local $u i32) (local $v i32)
    (local $x v128) (local $y v128) (local $z v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
    (if (i32.le_s (local.get $count) (i32.const 0)) (then (return)))
    (local.set $h0 (local.get $four))
    (local.set $h1 (i32.add (local.get $h0) (local.get $stride)))
    (local.set $h2 (i32.add (local.get $h1) (local.get $stride)))
    (local.set $h3 (i32.add (local.get $h2) (local.get $stride)))
    (loop $two
      (local.set $u (call $column (local.get $list) (local.get $q) (local.get $count)))
      (local.set $v (call $column (local.get $list) (i32.add (local.get $q) (i32.const 1)) (local.get $count)))
      (local.set $s0 (v128.const i64x2 0 0))
      (local.set $s1 (v128.const i64x2 0 0))
      (local.set $s2 (v128.const i64x2 0 0))
      (local.set $s3 (v128.const i64x2 0 0))
      (local.set $t0 (v128.const i64x2 0 0))
      (local.set $t1 (v128.const i64x2 0 0))
      (local.set $t2 (v128.const i64x2 0 0))
      (local.set $t3 (v128.const i64x2 0 0))
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $x (v128.load (i32.add (local.get $u) (local.get $i))))
        (local.set $y (v128.load (i32.add (local.get $v) (local.get $i))))
        (local.set $z (v128.load (i32.add (local.get $h0) (local.get $i))))
        (local.set $s0 (f64x2.add (local.get $s0) (f64x2.mul (local.get $z) (local.get $x))))
        (local.set $t0 (f64x2.add (local.get $t0) (f64x2.mul (local.get $z) (local.get $y))))
        (local.set $z (v128.load (i32.add (local.get $h1) (local.get $i))))
        (local.set $s1 (f64x2.add (local.get $s1) (f64x2.mul (local.get $z) (local.get $x))))
        (local.set $t1 (f64x2.add (local.get $t1) (f64x2.mul (local.get $z) (local.get $y))))
        (local.set $z (v128.load (i32.add (local.get $h2) (local.get $i))))
        (local.set $s2 (f64x2.add (local.get $s2) (f64x2.mul (local.get $z) (local.get $x))))
        (local.set $t2 (f64x2.add (local.get $t2) (f64x2.mul (local.get $z) (local.get $y))))
        (local.set $z (v128.load (i32.add (local.get $h3) (local.get $i))))
        (local.set $s3 (f64x2.add (local.get $s3) (f64x2.mul (local.get $z) (local.get $x))))
        (local.set $t3 (f64x2.add (local.get $t3) (f64x2.mul (local.get $z) (local.get $y))))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
      (local.set $u (local.get $out))
      (f64.store (local.get $u) (call $sum (local.get $s0)))
      (f64.store offset=8 (local.get $u) (call $sum (local.get $t0)))
      (local.set $u (i32.add (local.get $u) (local.get $row)))
      (f64.store (local.get $u) (call $sum (local.get $s1)))
      (f64.store offset=8 (local.get $u) (call $sum (local.get $t1)))
      (local.set $u (i32.add (local.get $u) (local.get $row)))
      (f64.store (local.get $u) (call $sum (local.get $s2)))
      (f64.store offset=8 (local.get $u) (call $sum (local.get $t2)))
      (local.set $u (i32.add (local.get $u) (local.get $row)))
      (f64.store (local.get $u) (call $sum (local.get $s3)))
      (f64.store offset=8 (local.get $u) (call $sum (local.get $t3)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $two (i32.lt_s (local.tee $q (i32.add (local.get $q) (i32.const 2))) (local.get $count)))))

  ;; Solves L x = right in place; row i of the lower triangle stands at `i stride`, and its diagonal isn't 0.
  (func (export "forward") (param $lower i32) (param $stride i32) (param $size i32) (param $right i32)
    (local $k i32) (local $row i32) (local $end i32) (local $two i32) (local $i i32) (local $sum f64) (local $s v128) (local $t v128)
    (local.set $row (local.get $lower))
    (local.set $end (i32.const 0))
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $i) (local.get $size)))
      (local.set $s (v128.const i64x2 0 0))
      (local.set $t (v128.const i64x2 0 0))
      (local.set $k (i32.const 0))
      (local.set $two (i32.and (local.get $end) (i32.const -32)))
      (block $few (loop $four
        (br_if $few (i32.ge_s (local.get $k) (local.get $two)))
        (local.set $s (f64x2.add (local.get $s) (f64x2.mul
          (v128.load (i32.add (local.get $row) (local.get $k)))
          (v128.load (i32.add (local.get $right) (local.get $k))))))
        (local.set $t (f64x2.add (local.get $t) (f64x2.mul
          (v128.load offset=16 (i32.add (local.get $row) (local.get $k)))
          (v128.load offset=16 (i32.add (local.get $right) (local.get $k))))))
        (local.set $k (i32.add (local.get $k) (i32.const 32)))
        (br $four)))
      (local.set $sum (call $sum (f64x2.add (local.get $s) (local.get $t))))
      (block $none (loop $one
        (br_if $none (i32.ge_s (local.get $k) (local.get $end)))
        (local.set $sum (f64.add (local.get $sum) (f64.mul
          (f64.load (i32.add (local.get $row) (local.get $k)))
          (f64.load (i32.add (local.get $right) (local.get $k))))))
        (local.set $k (i32.add (local.get $k) (i32.const 8)))
        (br $one)))
      (f64.store (i32.add (local.get $right) (local.get $end)) (f64.div
        (f64.sub (f64.load (i32.add (local.get $right) (local.get $end))) (local.get $sum))
        (f64.load (i32.add (local.get $row) (local.get $end)))))
      (local.set $row (i32.add (local.get $row) (local.get $stride)))
      (local.set $end (i32.add (local.get $end) (i32.const 8)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))

  ;; Solves L' x = right in place.
  (func (export "backward") (param $lower i32) (param $stride i32) (param $size i32) (param $right i32)
    (local $k i32) (local $row i32) (local $end i32) (local $two i32) (local $at i32) (local $x f64) (local $xx v128)
    (local.set $row (i32.add (local.get $lower) (i32.mul (local.get $size) (local.get $stride))))
    (local.set $end (i32.shl (local.get $size) (i32.const 3)))
    (block $done (loop $next
      (br_if $done (i32.le_s (local.get $end) (i32.const 0)))
      (local.set $end (i32.sub (local.get $end) (i32.const 8)))
      (local.set $row (i32.sub (local.get $row) (local.get $stride)))
      (local.set $x (f64.div
        (f64.load (i32.add (local.get $right) (local.get $end)))
        (f64.load (i32.add (local.get $row) (local.get $end)))))
      (f64.store (i32.add (local.get $right) (local.get $end)) (local.get $x))
      (local.set $xx (f64x2.splat (local.get $x)))
      (local.set $k (i32.const 0))
      (local.set $two (i32.and (local.get $end) (i32.const -16)))
      (block $few (loop $pair
        (br_if $few (i32.ge_s (local.get $k) (local.get $two)))
        (local.set $at (i32.add (local.get $right) (local.get $k)))
        (v128.store (local.get $at) (f64x2.sub (v128.load (local.get $at))
          (f64x2.mul (local.get $xx) (v128.load (i32.add (local.get $row) (local.get $k))))))
        (local.set $k (i32.add (local.get $k) (i32.const 16)))
        (br $pair)))
      (if (i32.lt_s (local.get $k) (local.get $end)) (then
        (local.set $at (i32.add (local.get $right) (local.get $k)))
        (f64.store (local.get $at) (f64.sub (f64.load (local.get $at))
          (f64.mul (local.get $x) (f64.load (i32.add (local.get $row) (local.get $k))))))))
      (br $next))))

  ;; Each column times a vector, number by number, into columns `stride` apart.
  (func (export "weigh") (param $list i32) (param $count i32) (param $vector i32) (param $length i32) (param $out i32) (param $stride i32)
    (local $q i32) (local $i i32) (local $a i32)
    (if (i32.le_s (local.get $count) (i32.const 0)) (then (return)))
    (loop $column
      (local.set $a (call $column (local.get $list) (local.get $q) (local.get $count)))
      (local.set $i (i32.const 0))
      (loop $next
        (v128.store (i32.add (local.get $out) (local.get $i)) (f64x2.mul
          (v128.load (i32.add (local.get $vector) (local.get $i)))
          (v128.load (i32.add (local.get $a) (local.get $i)))))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
      (local.set $out (i32.add (local.get $out) (local.get $stride)))
      (br_if $column (i32.lt_s (local.tee $q (i32.add (local.get $q) (i32.const 1))) (local.get $count)))))

  ;; values = factor exp(values). With x = k log 2 + r, |r| <= log(2) / 2, exp is 2^k times a polynomial of degree 13 (Taylor's: its rest is below 5e-18).
  ;; Answers 0, and does nothing, unless all values lie within 700 of 0. The room has, from its byte 16 on, 1 / log 2, log 2 in two parts, of which the
  ;; first has so few digits that its multiples are exact, and 1 / 2!, 1 / 3!, ... 1 / 13!; as constants here they would be made anew for each number.
  (func (export "exponential") (param $values i32) (param $factor i32) (param $length i32) (result i32)
    (local $i i32) (local $x v128) (local $k v128) (local $r v128) (local $s v128) (local $f v128) (local $one v128)
    (local $perlog v128) (local $loghi v128) (local $loglo v128) (local $c2 v128) (local $c3 v128) (local $c4 v128) (local $c5 v128) (local $c6 v128)
    (local $c7 v128) (local $c8 v128) (local $c9 v128) (local $c10 v128) (local $c11 v128) (local $c12 v128) (local $c13 v128)
    (loop $next
      (local.set $k (f64x2.pmax (local.get $k) (f64x2.abs (v128.load (i32.add (local.get $values) (local.get $i))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
    (if (i32.eqz (i32.and
        (f64.le (f64x2.extract_lane 0 (local.get $k)) (f64.const 700))
        (f64.le (f64x2.extract_lane 1 (local.get $k)) (f64.const 700))))
      (then (return (i32.const 0))))
    (local.set $x (local.get $k))
    (local.set $one (f64x2.splat (f64.const 1)))
    (local.set $perlog (v128.load64_splat offset=16 (i32.const 0)))
    (local.set $loghi (v128.load64_splat offset=24 (i32.const 0)))
    (local.set $loglo (v128.load64_splat offset=32 (i32.const 0)))
    (local.set $c2 (v128.load64_splat offset=40 (i32.const 0)))
    (local.set $c3 (v128.load64_splat offset=48 (i32.const 0)))
    (local.set $c4 (v128.load64_splat offset=56 (i32.const 0)))
    (local.set $c5 (v128.load64_splat offset=64 (i32.const 0)))
    (local.set $c6 (v128.load64_splat offset=72 (i32.const 0)))
    (local.set $c7 (v128.load64_splat offset=80 (i32.const 0)))
    (local.set $c8 (v128.load64_splat offset=88 (i32.const 0)))
    (local.set $c9 (v128.load64_splat offset=96 (i32.const 0)))
    (local.set $c10 (v128.load64_splat offset=104 (i32.const 0)))
    (local.set $c11 (v128.load64_splat offset=112 (i32.const 0)))
    (local.set $c12 (v128.load64_splat offset=120 (i32.const 0)))
    (local.set $c13 (v128.load64_splat offset=128 (i32.const 0)))
    (local.set $i (i32.const 0))
    ;; up to 1/8 a polynomial of degree 9 of the value itself: its rest is below 3e-16
    (if (i32.and
        (f64.le (f64x2.extract_lane 0 (local.get $x)) (f64.const 0.125))
        (f64.le (f64x2.extract_lane 1 (local.get $x)) (f64.const 0.125)))
      (then
        (loop $next
          (local.set $r (v128.load (i32.add (local.get $values) (local.get $i))))
          (local.set $s (f64x2.mul (local.get $r) (local.get $r)))
          (local.set $f (f64x2.mul (local.get $s) (local.get $s)))
          (local.set $x (f64x2.add
            (f64x2.add (local.get $c4) (f64x2.mul (local.get $r) (local.get $c5)))
            (f64x2.mul (local.get $s) (f64x2.add (local.get $c6) (f64x2.mul (local.get $r) (local.get $c7))))))
          (local.set $x (f64x2.add (local.get $x)
            (f64x2.mul (local.get $f) (f64x2.add (local.get $c8) (f64x2.mul (local.get $r) (local.get $c9))))))
          (local.set $x (f64x2.add
            (f64x2.mul (local.get $s) (f64x2.add (local.get $c2) (f64x2.mul (local.get $r) (local.get $c3))))
            (f64x2.mul (local.get $f) (local.get $x))))
          (v128.store (i32.add (local.get $values) (local.get $i)) (f64x2.mul
            (v128.load (i32.add (local.get $factor) (local.get $i)))
            (f64x2.add (f64x2.add (local.get $one) (local.get $r)) (local.get $x))))
          (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
        (return (i32.const 1))))
    (loop $next
      (local.set $x (v128.load (i32.add (local.get $values) (local.get $i))))
      (local.set $k (f64x2.nearest (f64x2.mul (local.get $x) (local.get $perlog))))
      (local.set $r (f64x2.sub
        (f64x2.sub (local.get $x) (f64x2.mul (local.get $k) (local.get $loghi)))
        (f64x2.mul (local.get $k) (local.get $loglo))))
      (local.set $s (f64x2.mul (local.get $r) (local.get $r)))
      (local.set $f (f64x2.mul (local.get $s) (local.get $s)))
      ;; by pairs of powers, so that few products wait for one another
      (local.set $x (f64x2.add
        (f64x2.add (local.get $one) (local.get $r))
        (f64x2.mul (local.get $s) (f64x2.add (local.get $c2) (f64x2.mul (local.get $r) (local.get $c3))))))
      (local.set $x (f64x2.add (local.get $x) (f64x2.mul (local.get $f) (f64x2.add
        (f64x2.add (local.get $c4) (f64x2.mul (local.get $r) (local.get $c5)))
        (f64x2.mul (local.get $s) (f64x2.add (local.get $c6) (f64x2.mul (local.get $r) (local.get $c7))))))))
      (local.set $f (f64x2.mul (local.get $f) (local.get $f)))
      (local.set $x (f64x2.add (local.get $x) (f64x2.mul (local.get $f) (f64x2.add
        (f64x2.add (local.get $c8) (f64x2.mul (local.get $r) (local.get $c9)))
        (f64x2.mul (local.get $s) (f64x2.add
          (f64x2.add (local.get $c10) (f64x2.mul (local.get $r) (local.get $c11)))
          (f64x2.mul (local.get $s) (f64x2.add (local.get $c12) (f64x2.mul (local.get $r) (local.get $c13))))))))))
      (v128.store (i32.add (local.get $values) (local.get $i)) (f64x2.mul
        (v128.load (i32.add (local.get $factor) (local.get $i)))
        (f64x2.mul (local.get $x) (i64x2.shl
          (i64x2.add (i64x2.extend_low_i32x4_s (i32x4.trunc_sat_f64x2_s_zero (local.get $k))) (i64x2.splat (i64.const 1023)))
          (i32.const 52)))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $length))))
    (i32.const 1)))
