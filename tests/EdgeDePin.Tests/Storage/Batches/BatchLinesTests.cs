using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Batches;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Tests.Storage.Batches;

/// <summary>The quick way of a line into a batch takes nothing that the reader with all the rules would read otherwise.</summary>
public sealed class BatchLinesTests
{
    private const long DefaultInstant = 1_500_000_000_123_456_789;

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Double.Where(double.IsFinite).Select(value => value.ToString("R")),
        Gen.Int[-99_999, 99_999].Select(value => $"{value / 100.0}"),
        Gen.Long.Select(value => $"{value}i"),
        OneOf("-0", "0", "-0.0", "5.", ".5", "-.5", "1e3", "1E-3", "9007199254740993", "123456789012345678901", "0.1234567890123456789", "t", "F", "true",
            "-", ".", "-.", "1.5i", "3u", "18446744073709551615u", "9223372036854775808i", "-9223372036854775808i", "1_0", "+1", "0x1", "\"text\"", "\"a\\\"b\"", "\"", "\"ü\"", "nan", "1e999"));

    private static readonly Gen<string> Line = Gen.Select(
        OneOf("m", "m,a=b", "m,a=b,c=d", "m,c=d,a=b", "m\\ x,a=b", "m\\\\,a=b", "m,a=b\\ ", "#m", " m,a=b", "m,a=", "m,time=x", "ü,a=ß"),
        Gen.Select(OneOf("v", "w", "value", "v2", "x\\ y", "time", "ü", " v"), Number, (key, value) => $"{key}={value}").Array[1, 4],
        OneOf(" ", "  ", "\t"),
        OneOf("", " 1", " -1", " 1500000000000000000", " 9223372036854775806", " 9223372036854775807", " 12345678901234567890", "  7", " 7 ", " 7,", " x", " "),
        OneOf("\n", "\r\n", "\r", "\n\n", "\n#c\n"),
        (head, fields, space, instant, end) => $"{head}{space}{string.Join(',', fields)}{instant}{end}");

    private readonly PointBatch _batch = new();

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    [Fact]
    public void Every_case_of_the_corpus_is_read_the_same_in_a_batch_that_has_met_it_before()
    {
        using JsonDocument corpus = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("influx", "line-protocol-corpus.json")));
        int cases = 0;
        foreach (JsonElement input in corpus.RootElement.GetProperty("decode").EnumerateObject().Select(entry => entry.Value.GetProperty("input")))
        {
            JsonElement text = input.GetProperty("text");
            byte[] bytes = text.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(text.GetString()!) : text.GetProperty("binary").GetBytesFromBase64();
            long precision = input.GetProperty("precision").GetString() switch { "1ns" => 1, "1µs" => 1_000, "1ms" => 1_000_000, _ => 1_000_000_000 };
            // Once to meet what is in it, and once in the quick way where that is taken.
            SameAsByTheRules(bytes, precision);
            SameAsByTheRules(bytes, precision);
            cases++;
        }

        Assert.Equal(6_615, cases);
    }

    [Fact]
    public void Any_lines_are_read_the_same_again_and_again() => Line.Array[1, 6].Select(OneOf(1L, 1_000_000, 1_000_000_000)).Sample((lines, precision) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(lines));
        var batch = new PointBatch();
        SameAsByTheRules(bytes, precision, batch);
        SameAsByTheRules(bytes, precision, batch);
    }, iter: 20_000);

    [Fact]
    public void The_quick_way_is_taken_by_what_sensors_send()
    {
        byte[] body = Encoding.UTF8.GetBytes("env,device=a temperature=21.53,ok=t,count=3i,state=\"on\" 1700000000000000000\n");
        for (int round = 0; round < 2; round++)
        {
            _batch.Clear();
            Assert.Empty(BatchLines.Read(body, 0, 1, _batch));
        }

        // What the rules read allocates a point; the quick way allocates the one text.
        _batch.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchLines.Read(body, 0, 1, _batch);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 200);
        Assert.Equal("env,device=a temperature=21.53,ok=true,count=3i,state=\"on\" 1700000000000000000", Assert.Single(_batch.ToPoints()).ToString());
    }

    [Fact]
    public void A_frame_brings_back_every_point_of_a_batch() => Line.Array[1, 200].Sample(lines =>
    {
        var batch = new PointBatch();
        BatchLines.Read(Encoding.UTF8.GetBytes(string.Concat(lines)), DefaultInstant, 1, batch);
        Assert.Equal(batch.ToPoints().Select(Describe), Decoded(batch.Payload.ToArray(), batch.Count).ToPoints().Select(Describe));
    }, iter: 500);

    [Fact]
    public void A_frame_that_is_cut_or_changed_is_refused_or_read_but_never_crashes()
    {
        var batch = new PointBatch();
        BatchLines.Read("m,a=b v=1.5,s=\"x\" 10\nm,a=c v=2.25 20\nn v=t,w=7i 30\nm,a=b v=1.6 40\n"u8, 0, 1, batch);
        byte[] payload = batch.Payload.ToArray();
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Decoded(payload[..length], batch.Count));
        }

        for (int bit = 0; bit < payload.Length * 8; bit++)
        {
            byte[] changed = [.. payload];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Decoded(changed, batch.Count);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void Packed_numbers_come_back() => Gen.Select(Gen.ULong.Array[0, 200], Gen.Int[0, 63]).Sample((numbers, shift) =>
    {
        ulong[] narrow = [.. numbers.Select(number => number >> shift)];
        var packed = new ArrayBufferWriter<byte>();
        PackedNumbers.Write(narrow, packed);
        ulong[] read = new ulong[narrow.Length];
        ReadOnlySpan<byte> source = packed.WrittenSpan;
        PackedNumbers.Read(ref source, read);
        Assert.Equal(narrow, read);
        Assert.True(source.IsEmpty);
    }, iter: 5_000);

    private static PointBatch Decoded(byte[] payload, int points)
    {
        var batch = new PointBatch();
        PointsDecoder.Read(payload, points, batch);
        return batch;
    }

    private void SameAsByTheRules(byte[] text, long precision) => SameAsByTheRules(text, precision, _batch);

    private static void SameAsByTheRules(byte[] text, long precision, PointBatch batch)
    {
        batch.Clear();
        List<LineError> errors = BatchLines.Read(text, DefaultInstant, precision, batch);
        LineBatch rules = LineProtocol.Decode(text, DefaultInstant, precision);
        Assert.Equal(rules.Errors, errors);
        Assert.Equal(rules.Points.Select(Describe), batch.ToPoints().Select(Describe));
    }

    // Of two values of one field the last counts, the order of fields means nothing, and small unsigned integers are integers.
    private static string Describe(Point point)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Field field in point.Fields)
        {
            FieldValue value = field.Value is { Kind: FieldKind.Unsigned, AsUnsigned: <= long.MaxValue } small ? FieldValue.Integer((long)small.AsUnsigned) : field.Value;
            string exact = value.Kind == FieldKind.Float ? $"{BitConverter.DoubleToInt64Bits(value.AsFloat)}" : value.ToString();
            fields[$"{field.Key}\n{value.Kind}"] = exact;
        }

        return $"{point.Measurement} {string.Join(',', point.Tags)} {string.Join(',', fields)} {point.Instant}";
    }
}
