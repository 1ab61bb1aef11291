;; Inner products of rows of int8 with a query of int16 and with each other, sixteen dimensions at a time (SIMD, 128 bits).
;; Integers: the sums are exact, so the order in which they are made does not matter.
(module
  ;; Shared, so that several threads scan one memory; each has its own place for what it gives and gets.
  (import "scan" "memory" (memory 1 65536 shared))

  ;; For each of `count` rows from `row` on, `stride` bytes apart (a multiple of 16), writes its product with the query
  ;; at `query` to `out`, 4 bytes a row; rows whose byte at `mask` is 0 are passed over.
  (func (export "dots")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32) (param $mask i32) (param $out i32)
    (local $end i32) (local $d i32) (local $q i32) (local $v v128) (local $sum v128)
    (local.set $end (i32.add (local.get $mask) (local.get $count)))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $mask) (local.get $end)))
        (if (i32.load8_u (local.get $mask))
          (then
            (local.set $sum (v128.const i32x4 0 0 0 0))
            (local.set $d (i32.const 0))
            (local.set $q (local.get $query))
            (loop $dimensions
              (local.set $v (v128.load (i32.add (local.get $row) (local.get $d))))
              (local.set $sum
                (i32x4.add
                  (local.get $sum)
                  (i32x4.add
                    (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $v)) (v128.load (local.get $q)))
                    (i32x4.dot_i16x8_s
                      (i16x8.extend_high_i8x16_s (local.get $v))
                      (v128.load offset=16 (local.get $q))))))
              (local.set $q (i32.add (local.get $q) (i32.const 32)))
              (local.set $d (i32.add (local.get $d) (i32.const 16)))
              (br_if $dimensions (i32.lt_u (local.get $d) (local.get $stride))))
            (i32.store
              (local.get $out)
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
                (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))))
        (local.set $row (i32.add (local.get $row) (local.get $stride)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $mask (i32.add (local.get $mask) (i32.const 1)))
        (br $rows))))

  ;; The same of the `count` rows whose numbers stand at `list`, 4 bytes each; row 0 is at `rows`.
  (func (export "dotsOf")
    (param $rows i32) (param $list i32) (param $count i32) (param $stride i32) (param $query i32) (param $out i32)
    (local $end i32) (local $row i32) (local $rowEnd i32) (local $q i32) (local $v v128) (local $sum v128)
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $list) (local.get $end)))
        (local.set $row
          (i32.add (local.get $rows) (i32.mul (i32.load (local.get $list)) (local.get $stride))))
        (local.set $rowEnd (i32.add (local.get $row) (local.get $stride)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $q (local.get $query))
        (loop $dimensions
          (local.set $v (v128.load (local.get $row)))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $v)) (v128.load (local.get $q)))
                (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $v)) (v128.load offset=16 (local.get $q))))))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (local.set $row (i32.add (local.get $row) (i32.const 16)))
          (br_if $dimensions (i32.lt_u (local.get $row) (local.get $rowEnd))))
        (i32.store
          (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $next))))

  ;; Of rows with rows: for each of the `count` pairs of row numbers at `list`, 4 bytes a number; row 0 is at `rows`.
  (func (export "pairsOf")
    (param $rows i32) (param $list i32) (param $count i32) (param $stride i32) (param $out i32)
    (local $end i32) (local $a i32) (local $aEnd i32) (local $b i32) (local $v v128) (local $w v128) (local $sum v128)
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $list) (local.get $end)))
        (local.set $a (i32.add (local.get $rows) (i32.mul (i32.load (local.get $list)) (local.get $stride))))
        (local.set $b (i32.add (local.get $rows) (i32.mul (i32.load offset=4 (local.get $list)) (local.get $stride))))
        (local.set $aEnd (i32.add (local.get $a) (local.get $stride)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (loop $dimensions
          (local.set $v (v128.load (local.get $a)))
          (local.set $w (v128.load (local.get $b)))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (i16x8.extend_low_i8x16_s (local.get $v))
                  (i16x8.extend_low_i8x16_s (local.get $w)))
                (i32x4.dot_i16x8_s
                  (i16x8.extend_high_i8x16_s (local.get $v))
                  (i16x8.extend_high_i8x16_s (local.get $w))))))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (br_if $dimensions (i32.lt_u (local.get $a) (local.get $aEnd))))
        (i32.store
          (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
        (local.set $list (i32.add (local.get $list) (i32.const 8)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $next)))))
