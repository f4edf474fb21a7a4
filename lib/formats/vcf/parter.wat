;; Parts a VCF 16 bytes at a time: a stretch is compared whole, and only what is looked for costs anything. `node tools/vectors.ts` makes the code of this.
;; Places are addresses in the memory; up to 15 bytes beyond a line are looked at. Lists are of i32, and have room for 16 more than the most that is told.
(module
  (memory (export "memory") 1)

  ;; Puts where tabs and semicolons stand into two lists, from $from to the next line feed, which there has to be. Gives where that is, or
  ;; which list is full, 0 or 1; at address 0 how many tabs, at 4 how many semicolons, at 8 whether there is a blank.
  (func (export "line")
    (param $from i32) (param $tabs i32) (param $semicolons i32) (param $most i32) (result i32)
    (local $bytes v128) (local $tab i32) (local $semicolon i32) (local $feed i32) (local $before i32) (local $found i32)
    (local $to_tab i32) (local $to_semicolon i32) (local $last_tab i32) (local $last_semicolon i32) (local $blank i32)
    (local.set $to_tab (local.get $tabs))
    (local.set $to_semicolon (local.get $semicolons))
    (local.set $last_tab (i32.add (local.get $tabs) (i32.shl (local.get $most) (i32.const 2))))
    (local.set $last_semicolon (i32.add (local.get $semicolons) (i32.shl (local.get $most) (i32.const 2))))
    (loop $stretches
      (local.set $bytes (v128.load (local.get $from)))
      ;; The four differ in their low halves (0x20, 0x09, 0x0a, 0x3b): each byte is compared to the one that has its own.
      (local.set $found
        (i8x16.bitmask
          (i8x16.eq
            (local.get $bytes)
            (i8x16.swizzle
              (v128.const i8x16 0x20 -1 -1 -1 -1 -1 -1 -1 -1 0x09 0x0a 0x3b -1 -1 -1 0)
              (v128.and (local.get $bytes) (i8x16.splat (i32.const 15)))))))
      (if (local.get $found)
        (then
          (local.set $tab (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 9)))))
          (local.set $semicolon (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 59)))))
          (local.set $feed (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 10)))))
          (local.set $before ;; what stands before the line feed: all where there is none
            (i32.and
              (i32.sub (local.get $feed) (i32.const 1))
              (i32.xor (local.get $feed) (i32.const -1))))
          (local.set $blank
            (i32.or
              (local.get $blank)
              (i32.and
                (local.get $before)
                (i32.xor (local.get $found) (i32.or (local.get $tab) (i32.or (local.get $semicolon) (local.get $feed)))))))
          (local.set $tab (i32.and (local.get $tab) (local.get $before)))
          (local.set $semicolon (i32.and (local.get $semicolon) (local.get $before)))
          (block $no_tab
            (loop $each
              (br_if $no_tab (i32.eqz (local.get $tab)))
              (i32.store (local.get $to_tab) (i32.add (local.get $from) (i32.ctz (local.get $tab))))
              (local.set $to_tab (i32.add (local.get $to_tab) (i32.const 4)))
              (local.set $tab (i32.and (local.get $tab) (i32.sub (local.get $tab) (i32.const 1))))
              (br $each)))
          (block $no_semicolon
            (loop $each
              (br_if $no_semicolon (i32.eqz (local.get $semicolon)))
              (i32.store (local.get $to_semicolon) (i32.add (local.get $from) (i32.ctz (local.get $semicolon))))
              (local.set $to_semicolon (i32.add (local.get $to_semicolon) (i32.const 4)))
              (local.set $semicolon (i32.and (local.get $semicolon) (i32.sub (local.get $semicolon) (i32.const 1))))
              (br $each)))
          (if (i32.gt_u (local.get $to_tab) (local.get $last_tab)) (then (return (i32.const 0))))
          (if (i32.gt_u (local.get $to_semicolon) (local.get $last_semicolon)) (then (return (i32.const 1))))
          (if (local.get $feed)
            (then
              (i32.store (i32.const 0) (i32.shr_u (i32.sub (local.get $to_tab) (local.get $tabs)) (i32.const 2)))
              (i32.store
                (i32.const 4)
                (i32.shr_u (i32.sub (local.get $to_semicolon) (local.get $semicolons)) (i32.const 2)))
              (i32.store (i32.const 8) (local.get $blank))
              (return (i32.add (local.get $from) (i32.ctz (local.get $feed))))))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br $stretches))
    (unreachable))

  ;; Parts entries between commas at their bars. $marks begins with the place before $from, then has where bars and commas stand, then $end; of an
  ;; entry's bars at least $width where it has as many. $firsts has, by entry, the number (of i32, from address 0) of its first mark, then what comes
  ;; after the last. Gives how many entries, or 0 where one of both is full. While it works there is a comma at $end.
  (func (export "entries")
    (param $from i32) (param $end i32) (param $width i32) (param $marks i32) (param $firsts i32) (param $most i32) (result i32)
    (local $bytes v128) (local $bar i32) (local $comma i32) (local $at i32) (local $to i32) (local $entry i32) (local $begun i32)
    (local $last i32) (local $last_entry i32) (local $after i32)
    (local.set $after (i32.load8_u (local.get $end)))
    (i32.store8 (local.get $end) (i32.const 44))
    (i32.store (local.get $marks) (i32.sub (local.get $from) (i32.const 1)))
    (local.set $to (i32.add (local.get $marks) (i32.const 4)))
    (local.set $begun (local.get $to))
    (local.set $entry (local.get $firsts))
    (i32.store (local.get $entry) (i32.shr_u (local.get $to) (i32.const 2)))
    (local.set $last (i32.add (local.get $marks) (i32.shl (local.get $most) (i32.const 2))))
    (local.set $last_entry (i32.add (local.get $firsts) (i32.shl (local.get $most) (i32.const 2))))
    (local.set $width (i32.shl (local.get $width) (i32.const 2)))
    (block $done
      (loop $stretches
        (local.set $bytes (v128.load (local.get $from)))
        (local.set $bar (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 124)))))
        (local.set $comma (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 44)))))
        (if (i32.eqz (local.get $comma))
          (then
            (block $none
              (loop $each
                (br_if $none (i32.eqz (local.get $bar)))
                (i32.store (local.get $to) (i32.add (local.get $from) (i32.ctz (local.get $bar))))
                (local.set $to (i32.add (local.get $to) (i32.const 4)))
                (local.set $bar (i32.and (local.get $bar) (i32.sub (local.get $bar) (i32.const 1))))
                (br $each)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (if (i32.lt_u (i32.sub (local.get $to) (local.get $begun)) (local.get $width))
              (then
                (br_if $stretches (i32.le_u (local.get $to) (local.get $last)))
                (local.set $entry (local.get $firsts))
                (br $done)))
            ;; The entry has enough: on to the comma that ends it, and the bars behind that.
            (loop $rest
              (local.set $bytes (v128.load (local.get $from)))
              (local.set $comma (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 44)))))
              (if (i32.eqz (local.get $comma))
                (then
                  (local.set $from (i32.add (local.get $from) (i32.const 16)))
                  (br $rest))))
            (local.set $bar
              (i32.and
                (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 124))))
                (i32.sub (i32.const 0) (i32.and (local.get $comma) (i32.sub (i32.const 0) (local.get $comma))))))))
        (local.set $bar (i32.or (local.get $bar) (local.get $comma)))
        (loop $each
          (local.set $at (i32.ctz (local.get $bar)))
          (i32.store (local.get $to) (i32.add (local.get $from) (local.get $at)))
          (local.set $to (i32.add (local.get $to) (i32.const 4)))
          (if (i32.and (i32.shr_u (local.get $comma) (local.get $at)) (i32.const 1))
            (then
              (local.set $entry (i32.add (local.get $entry) (i32.const 4)))
              (local.set $begun (local.get $to))
              (i32.store (local.get $entry) (i32.shr_u (local.get $to) (i32.const 2)))
              (br_if $done (i32.eq (i32.add (local.get $from) (local.get $at)) (local.get $end)))))
          (local.set $bar (i32.and (local.get $bar) (i32.sub (local.get $bar) (i32.const 1))))
          (br_if $each (local.get $bar)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br_if $stretches
          (i32.and
            (i32.le_u (local.get $to) (local.get $last))
            (i32.le_u (local.get $entry) (local.get $last_entry))))
        (local.set $entry (local.get $firsts))))
    (i32.store8 (local.get $end) (local.get $after))
    (i32.shr_u (i32.sub (local.get $entry) (local.get $firsts)) (i32.const 2)))

  ;; Parts a sample at its colons. Of each field four numbers: where it begins, where it ends, what it has beside digits (1 a dot, 2 a dot in a value
  ;; that has one, 4 a value without a byte, 8 anything else), how many commas. Gives how many fields; stops at the first beyond $most.
  (func (export "sample")
    (param $from i32) (param $end i32) (param $fields i32) (param $most i32) (result i32)
    (local $byte i32) (local $at i32) (local $value i32) (local $has i32) (local $dot i32) (local $commas i32) (local $count i32)
    (local.set $at (local.get $from))
    (local.set $value (local.get $from))
    (local.set $dot (i32.const 1))
    (loop $bytes
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $byte (i32.load8_u (local.get $at)))
          (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br $bytes)))
          (if (i32.ne (local.get $byte) (i32.const 58))
            (then
              (if (i32.eq (local.get $byte) (i32.const 44))
                (then
                  (if (i32.eq (local.get $at) (local.get $value))
                    (then (local.set $has (i32.or (local.get $has) (i32.const 4)))))
                  (local.set $commas (i32.add (local.get $commas) (i32.const 1)))
                  (local.set $value (i32.add (local.get $at) (i32.const 1)))
                  (local.set $dot (i32.const 1)))
                (else
                  (if (i32.eq (local.get $byte) (i32.const 46))
                    (then
                      (local.set $has (i32.or (local.get $has) (local.get $dot)))
                      (local.set $dot (i32.const 2)))
                    (else (local.set $has (i32.or (local.get $has) (i32.const 8)))))))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br $bytes)))))
      (if (i32.eq (local.get $at) (local.get $value))
        (then (local.set $has (i32.or (local.get $has) (i32.const 4)))))
      (i32.store (local.get $fields) (local.get $from))
      (i32.store offset=4 (local.get $fields) (local.get $at))
      (i32.store offset=8 (local.get $fields) (local.get $has))
      (i32.store offset=12 (local.get $fields) (local.get $commas))
      (local.set $fields (i32.add (local.get $fields) (i32.const 16)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (if (i32.gt_u (local.get $count) (local.get $most)) (then (return (local.get $count))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $from (local.get $at))
      (local.set $value (local.get $at))
      (local.set $has (i32.const 0))
      (local.set $commas (i32.const 0))
      (local.set $dot (i32.const 1))
      (br_if $bytes (i32.le_u (local.get $at) (local.get $end))))
    (local.get $count)))
