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

  ;; Looks at `blocks` blocks from `block` on, the first row of which is `row`. Writes the rows whose byte at `mask` is 1, that have a
  ;; code, and whose estimate is `least` or more, to `out`: 4 bytes the row, 4 bytes the estimate, rows in ascending order. Returns
  ;; where it stopped writing. `tables`: 16 bytes for each four dimensions, `groups` of them (a multiple of 4), none above 63, so that
  ;; four fit a byte, and no estimate above 32767. `scratch`: 64 bytes.
  (func (export "atLeast")
    (param $block i32) (param $blocks i32) (param $row i32) (param $tables i32) (param $groups i32) (param $mask i32)
    (param $least i32) (param $scratch i32) (param $out i32)
    (result i32)
    (local $code i32) (local $table i32) (local $end i32) (local $bits i32) (local $i i32)
    (local $codes v128) (local $shares v128) (local $first v128) (local $last v128) (local $bound v128)
    (local $low v128) (local $high v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $bound (i16x8.splat (local.get $least)))
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
            (local.set $code (local.get $block))
            (local.set $table (local.get $tables))
            (loop $groups4
              (local.set $codes (v128.load (local.get $code)))
              (local.set $shares (v128.load (local.get $table)))
              (local.set $low
                (i8x16.swizzle
                  (local.get $shares)
                  (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))))
              (local.set $high (i8x16.swizzle (local.get $shares) (i8x16.shr_u (local.get $codes) (i32.const 4))))
              (local.set $codes (v128.load offset=16 (local.get $code)))
              (local.set $shares (v128.load offset=16 (local.get $table)))
              (local.set $low
                (i8x16.add
                  (local.get $low)
                  (i8x16.swizzle
                    (local.get $shares)
                    (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))))
              (local.set $high
                (i8x16.add (local.get $high) (i8x16.swizzle (local.get $shares) (i8x16.shr_u (local.get $codes) (i32.const 4)))))
              (local.set $codes (v128.load offset=32 (local.get $code)))
              (local.set $shares (v128.load offset=32 (local.get $table)))
              (local.set $low
                (i8x16.add
                  (local.get $low)
                  (i8x16.swizzle
                    (local.get $shares)
                    (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))))
              (local.set $high
                (i8x16.add (local.get $high) (i8x16.swizzle (local.get $shares) (i8x16.shr_u (local.get $codes) (i32.const 4)))))
              (local.set $codes (v128.load offset=48 (local.get $code)))
              (local.set $shares (v128.load offset=48 (local.get $table)))
              (local.set $low
                (i8x16.add
                  (local.get $low)
                  (i8x16.swizzle
                    (local.get $shares)
                    (v128.and (local.get $codes) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))))
              (local.set $high
                (i8x16.add (local.get $high) (i8x16.swizzle (local.get $shares) (i8x16.shr_u (local.get $codes) (i32.const 4)))))
              (local.set $a (i16x8.add (local.get $a) (i16x8.extend_low_i8x16_u (local.get $low))))
              (local.set $b (i16x8.add (local.get $b) (i16x8.extend_high_i8x16_u (local.get $low))))
              (local.set $c (i16x8.add (local.get $c) (i16x8.extend_low_i8x16_u (local.get $high))))
              (local.set $d (i16x8.add (local.get $d) (i16x8.extend_high_i8x16_u (local.get $high))))
              (local.set $table (i32.add (local.get $table) (i32.const 64)))
              (local.set $code (i32.add (local.get $code) (i32.const 64)))
              (br_if $groups4 (i32.lt_u (local.get $code) (local.get $end))))
            (local.set $bits
              (i32.or
                (i8x16.bitmask
                  (v128.and
                    (i8x16.narrow_i16x8_s
                      (i16x8.ge_s (local.get $a) (local.get $bound))
                      (i16x8.ge_s (local.get $b) (local.get $bound)))
                    (i8x16.ne (local.get $first) (v128.const i32x4 0 0 0 0))))
                (i32.shl
                  (i8x16.bitmask
                    (v128.and
                      (i8x16.narrow_i16x8_s
                        (i16x8.ge_s (local.get $c) (local.get $bound))
                        (i16x8.ge_s (local.get $d) (local.get $bound)))
                      (i8x16.ne (local.get $last) (v128.const i32x4 0 0 0 0))))
                  (i32.const 16))))
            (if (local.get $bits)
              (then
                (v128.store (local.get $scratch) (local.get $a))
                (v128.store offset=16 (local.get $scratch) (local.get $b))
                (v128.store offset=32 (local.get $scratch) (local.get $c))
                (v128.store offset=48 (local.get $scratch) (local.get $d))
                (loop $hits
                  (local.set $i (i32.ctz (local.get $bits)))
                  (i32.store (local.get $out) (i32.add (local.get $row) (local.get $i)))
                  (i32.store offset=4
                    (local.get $out)
                    (i32.load16_u (i32.add (local.get $scratch) (i32.shl (local.get $i) (i32.const 1)))))
                  (local.set $out (i32.add (local.get $out) (i32.const 8)))
                  (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
                  (br_if $hits (local.get $bits)))))))
        (local.set $block (i32.add (local.get $end) (i32.const 32)))
        (local.set $mask (i32.add (local.get $mask) (i32.const 32)))
        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next)))
    (local.get $out)))
