;; Finds a byte 16 bytes at a time: a stretch is compared whole, and only those that are it cost anything. `node tools/vectors.ts` makes the code of this.
(module
  (memory (export "memory") 1)

  ;; Puts the addresses from $from to before $end where $byte stands from $out on; once there are $most it stops, after at most 15 more. Looks at up to 15
  ;; bytes beyond $end, and may find it there: gives how often it found it.
  (func (export "find")
    (param $byte i32) (param $from i32) (param $end i32) (param $out i32) (param $most i32) (result i32)
    (local $pattern v128) (local $found i32) (local $to i32) (local $enough i32)
    (local.set $pattern (i8x16.splat (local.get $byte)))
    (local.set $to (local.get $out))
    (local.set $enough (i32.add (local.get $out) (i32.shl (local.get $most) (i32.const 2))))
    (block $done
      (loop $stretches
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $found (i8x16.bitmask (i8x16.eq (v128.load (local.get $from)) (local.get $pattern))))
        (block $none
          (loop $each
            (br_if $none (i32.eqz (local.get $found)))
            (i32.store (local.get $to) (i32.add (local.get $from) (i32.ctz (local.get $found))))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (local.set $found (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
            (br $each)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br_if $stretches (i32.lt_u (local.get $to) (local.get $enough)))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $out)) (i32.const 2))))
