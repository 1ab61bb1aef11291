;; Estimates of inner products from rows' codes: for each four dimensions a code is one of 16, so its share of the product stands
;; in a table of 16 bytes, and one shuffle looks up sixteen rows at a time (André, Kermarrec, Le Scouarnec: "Cache locality is
;; not enough", VLDB 2015). Integers: the sums are exact.
;;
;; 32 rows make a block: for each four dimensions 16 bytes, of which byte i holds row i in its low half and row i + 16 in its high
;; half; then a byte a row, 1 for a row that has a code.
(module
  ;; Shared, so that several threads scan one memory; each has its own place for what it gives and gets.
  (import "scan" "memory" (memory 1 65536 shared))

  ;; Writes the codes of a row: `groups` of them, of the values at `values` (a bit is 1 where a value is not below 0). `at`: the row's
  ;; byte in its block; `shift`: 0 for the low half, 4 for the high one.
  (func (export "encode") (param $values i32) (param $groups i32) (param $at i32) (param $shift i32)
    (local $bits i32) (local $kept i32)
    (local.set $kept (i32.shr_u (i32.const 0xf0) (local.get $shift)))
    (loop $groups4
      (local.set $bits (i32.xor (i8x16.bitmask (v128.load (local.get $values))) (i32.const 0xffff)))
      (i32.store8
        (local.get $at)
        (i32.or
          (i32.and (i32.load8_u (local.get $at)) (local.get $kept))
          (i32.shl (i32.and (local.get $bits) (i32.const 15)) (local.get $shift))))
      (i32.store8 offset=16
        (local.get $at)
        (i32.or
          (i32.and (i32.load8_u offset=16 (local.get $at)) (local.get $kept))
          (i32.shl (i32.and (i32.shr_u (local.get $bits) (i32.const 4)) (i32.const 15)) (local.get $shift))))
      (i32.store8 offset=32
        (local.get $at)
        (i32.or
          (i32.and (i32.load8_u offset=32 (local.get $at)) (local.get $kept))
          (i32.shl (i32.and (i32.shr_u (local.get $bits) (i32.const 8)) (i32.const 15)) (local.get $shift))))
      (i32.store8 offset=48
        (local.get $at)
        (i32.or
          (i32.and (i32.load8_u offset=48 (local.get $at)) (local.get $kept))
          (i32.shl (i32.and (i32.shr_u (local.get $bits) (i32.const 12)) (i32.const 15)) (local.get $shift))))
      (local.set $values (i32.add (local.get $values) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 4)))
      (br_if $groups4 (local.get $groups))))

  ;; Of a block's rows that are in `first` and `last` (a byte a row, not 0), writes those whose estimate is `least` or more to `out`: 4
  ;; bytes the row, 4 bytes the estimate, rows in ascending order. Returns where it stopped writing. Rows 0 to 15: `a` has sums of two
  ;; neighbours' estimates, that of the odd row times 256, and `b` has the odd row's own; rows 16 to 31: `c` and `d`.
  (func $take
    (param $a v128) (param $b v128) (param $c v128) (param $d v128) (param $first v128) (param $last v128)
    (param $least i32) (param $row i32) (param $scratch i32) (param $out i32)
    (result i32)
    (local $bits i32) (local $i i32) (local $bound v128)
    (local.set $bound (i16x8.splat (local.get $least)))
    (local.set $a (i16x8.sub (local.get $a) (i16x8.shl (local.get $b) (i32.const 8))))
    (local.set $c (i16x8.sub (local.get $c) (i16x8.shl (local.get $d) (i32.const 8))))
    ;; A lane of the comparison is all ones or none: the even rows' low bytes and the odd rows' high bytes make a byte a row.
    (local.set $bits
      (i32.or
        (i8x16.bitmask
          (v128.and
            (v128.bitselect
              (i16x8.ge_s (local.get $a) (local.get $bound))
              (i16x8.ge_s (local.get $b) (local.get $bound))
              (v128.const i16x8 255 255 255 255 255 255 255 255))
            (i8x16.ne (local.get $first) (v128.const i32x4 0 0 0 0))))
        (i32.shl
          (i8x16.bitmask
            (v128.and
              (v128.bitselect
                (i16x8.ge_s (local.get $c) (local.get $bound))
                (i16x8.ge_s (local.get $d) (local.get $bound))
                (v128.const i16x8 255 255 255 255 255 255 255 255))
              (i8x16.ne (local.get $last) (v128.const i32x4 0 0 0 0))))
          (i32.const 16))))
    (if (local.get $bits)
      (then
        (v128.store (local.get $scratch)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $a) (local.get $b)))
        (v128.store offset=16 (local.get $scratch)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $a) (local.get $b)))
        (v128.store offset=32 (local.get $scratch)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $c) (local.get $d)))
        (v128.store offset=48 (local.get $scratch)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $c) (local.get $d)))
        (loop $hits
          (local.set $i (i32.ctz (local.get $bits)))
          (i32.store (local.get $out) (i32.add (local.get $row) (local.get $i)))
          (i32.store offset=4
            (local.get $out)
            (i32.load16_u (i32.add (local.get $scratch) (i32.shl (local.get $i) (i32.const 1)))))
          (local.set $out (i32.add (local.get $out) (i32.const 8)))
          (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
          (br_if $hits (local.get $bits)))))
    (local.get $out))

  ;; Looks at `blocks` blocks from `block` on, the first row of which is `row`: takes the rows whose byte at `mask` is 1 and that have a
  ;; code. `tables`: 16 bytes for each four dimensions, `groups` of them (a multiple of 4), no share above 63, so that four fit a byte,
  ;; and no estimate above 32767. A code is below 16, so that a relaxed look-up is an exact one. `scratch`: 64 bytes.
  (func (export "atLeast")
    (param $block i32) (param $blocks i32) (param $row i32) (param $tables i32) (param $groups i32) (param $mask i32)
    (param $scratch i32) (param $least i32) (param $out i32)
    (result i32)
    (local $code i32) (local $end i32)
    (local $codes v128) (local $lower v128) (local $upper v128) (local $shares v128) (local $first v128) (local $last v128)
    (local $table i32) (local $low v128) (local $high v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (local.set $end (i32.add (local.get $block) (i32.shl (local.get $groups) (i32.const 4))))
        (local.set $first (v128.and (v128.load (local.get $mask)) (v128.load (local.get $end))))
        (local.set $last (v128.and (v128.load offset=16 (local.get $mask)) (v128.load offset=16 (local.get $end))))
        (if (v128.any_true (v128.or (local.get $first) (local.get $last)))
          (then
            (local.set $a (v128.const i32x4 0 0 0 0))
            (local.set $b (v128.const i32x4 0 0 0 0))
            (local.set $c (v128.const i32x4 0 0 0 0))
            (local.set $d (v128.const i32x4 0 0 0 0))
            (local.set $table (local.get $tables))
            (local.set $code (local.get $block))
            (loop $groups4
              (local.set $codes (v128.load (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load (local.get $table)))
              (local.set $low (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower)))
              (local.set $high (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper)))
              (local.set $codes (v128.load offset=16 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=16 (local.get $table)))
              (local.set $low (i8x16.add (local.get $low) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $codes (v128.load offset=32 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=32 (local.get $table)))
              (local.set $low (i8x16.add (local.get $low) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $codes (v128.load offset=48 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=48 (local.get $table)))
              (local.set $low (i8x16.add (local.get $low) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $a (i16x8.add (local.get $a) (local.get $low)))
              (local.set $b (i16x8.add (local.get $b) (i16x8.shr_u (local.get $low) (i32.const 8))))
              (local.set $c (i16x8.add (local.get $c) (local.get $high)))
              (local.set $d (i16x8.add (local.get $d) (i16x8.shr_u (local.get $high) (i32.const 8))))
              (local.set $table (i32.add (local.get $table) (i32.const 64)))
              (local.set $code (i32.add (local.get $code) (i32.const 64)))
              (br_if $groups4 (i32.lt_u (local.get $code) (local.get $end))))
            (local.set $out
              (call $take
                (local.get $a) (local.get $b) (local.get $c) (local.get $d) (local.get $first) (local.get $last)
                (local.get $least) (local.get $row) (local.get $scratch) (local.get $out)))))
        (local.set $block (i32.add (local.get $end) (i32.const 32)))
        (local.set $mask (i32.add (local.get $mask) (i32.const 32)))
        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next)))
    (local.get $out))

  ;; The same for two queries at once, p and q, with the tables of q behind those of p: codes are read and cut in halves once for both.
  ;; Returns where it stopped writing the rows of each.
  (func (export "atLeastOfTwo")
    (param $block i32) (param $blocks i32) (param $row i32) (param $tables i32) (param $groups i32) (param $mask i32)
    (param $scratch i32) (param $pleast i32) (param $pout i32) (param $qleast i32) (param $qout i32)
    (result i32 i32)
    (local $code i32) (local $end i32)
    (local $codes v128) (local $lower v128) (local $upper v128) (local $shares v128) (local $first v128) (local $last v128)
    (local $ptable i32) (local $plow v128) (local $phigh v128)
    (local $pa v128) (local $pb v128) (local $pc v128) (local $pd v128)
    (local $qtable i32) (local $qlow v128) (local $qhigh v128)
    (local $qa v128) (local $qb v128) (local $qc v128) (local $qd v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (local.set $end (i32.add (local.get $block) (i32.shl (local.get $groups) (i32.const 4))))
        (local.set $first (v128.and (v128.load (local.get $mask)) (v128.load (local.get $end))))
        (local.set $last (v128.and (v128.load offset=16 (local.get $mask)) (v128.load offset=16 (local.get $end))))
        (if (v128.any_true (v128.or (local.get $first) (local.get $last)))
          (then
            (local.set $pa (v128.const i32x4 0 0 0 0))
            (local.set $pb (v128.const i32x4 0 0 0 0))
            (local.set $pc (v128.const i32x4 0 0 0 0))
            (local.set $pd (v128.const i32x4 0 0 0 0))
            (local.set $qa (v128.const i32x4 0 0 0 0))
            (local.set $qb (v128.const i32x4 0 0 0 0))
            (local.set $qc (v128.const i32x4 0 0 0 0))
            (local.set $qd (v128.const i32x4 0 0 0 0))
            (local.set $ptable (local.get $tables))
            (local.set $qtable (i32.add (local.get $tables) (i32.shl (local.get $groups) (i32.const 4))))
            (local.set $code (local.get $block))
            (loop $groups4
              (local.set $codes (v128.load (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load (local.get $ptable)))
              (local.set $plow (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower)))
              (local.set $phigh (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper)))
              (local.set $shares (v128.load (local.get $qtable)))
              (local.set $qlow (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower)))
              (local.set $qhigh (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper)))
              (local.set $codes (v128.load offset=16 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=16 (local.get $ptable)))
              (local.set $plow (i8x16.add (local.get $plow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $phigh (i8x16.add (local.get $phigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $shares (v128.load offset=16 (local.get $qtable)))
              (local.set $qlow (i8x16.add (local.get $qlow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $qhigh (i8x16.add (local.get $qhigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $codes (v128.load offset=32 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=32 (local.get $ptable)))
              (local.set $plow (i8x16.add (local.get $plow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $phigh (i8x16.add (local.get $phigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $shares (v128.load offset=32 (local.get $qtable)))
              (local.set $qlow (i8x16.add (local.get $qlow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $qhigh (i8x16.add (local.get $qhigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $codes (v128.load offset=48 (local.get $code)))
              (local.set $lower (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (local.set $upper (i8x16.shr_u (local.get $codes) (i32.const 4)))
              (local.set $shares (v128.load offset=48 (local.get $ptable)))
              (local.set $plow (i8x16.add (local.get $plow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $phigh (i8x16.add (local.get $phigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $shares (v128.load offset=48 (local.get $qtable)))
              (local.set $qlow (i8x16.add (local.get $qlow) (i8x16.relaxed_swizzle (local.get $shares) (local.get $lower))))
              (local.set $qhigh (i8x16.add (local.get $qhigh) (i8x16.relaxed_swizzle (local.get $shares) (local.get $upper))))
              (local.set $pa (i16x8.add (local.get $pa) (local.get $plow)))
              (local.set $pb (i16x8.add (local.get $pb) (i16x8.shr_u (local.get $plow) (i32.const 8))))
              (local.set $pc (i16x8.add (local.get $pc) (local.get $phigh)))
              (local.set $pd (i16x8.add (local.get $pd) (i16x8.shr_u (local.get $phigh) (i32.const 8))))
              (local.set $ptable (i32.add (local.get $ptable) (i32.const 64)))
              (local.set $qa (i16x8.add (local.get $qa) (local.get $qlow)))
              (local.set $qb (i16x8.add (local.get $qb) (i16x8.shr_u (local.get $qlow) (i32.const 8))))
              (local.set $qc (i16x8.add (local.get $qc) (local.get $qhigh)))
              (local.set $qd (i16x8.add (local.get $qd) (i16x8.shr_u (local.get $qhigh) (i32.const 8))))
              (local.set $qtable (i32.add (local.get $qtable) (i32.const 64)))
              (local.set $code (i32.add (local.get $code) (i32.const 64)))
              (br_if $groups4 (i32.lt_u (local.get $code) (local.get $end))))
            (local.set $pout
              (call $take
                (local.get $pa) (local.get $pb) (local.get $pc) (local.get $pd) (local.get $first) (local.get $last)
                (local.get $pleast) (local.get $row) (local.get $scratch) (local.get $pout)))
            (local.set $qout
              (call $take
                (local.get $qa) (local.get $qb) (local.get $qc) (local.get $qd) (local.get $first) (local.get $last)
                (local.get $qleast) (local.get $row) (local.get $scratch) (local.get $qout)))))
        (local.set $block (i32.add (local.get $end) (i32.const 32)))
        (local.set $mask (i32.add (local.get $mask) (i32.const 32)))
        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next)))
    (local.get $pout) (local.get $qout)))
