using System.Buffers;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Tests.Storage;

/// <summary>Damage stays local: what is whole opens, what is not is set aside, and a row says so.</summary>
public sealed class SegmentTests : IDisposable
{
    private const int Batches = 6;


    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // RFC 3720, appendix B.4.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AA)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794E)]
    [InlineData("1F1E1D1C1B1A191817161514131211100F0E0D0C0B0A09080706050403020100", 0x113FDB5C)]
    [InlineData("01C000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000", 0xD9963A56)]
    public void The_checksum_is_the_one_of_the_standard(string bytes, uint expected) =>
        Assert.Equal(expected, Crc32C.Of(Convert.FromHexString(bytes)));

    [Fact]
    public void A_log_cut_at_any_byte_opens_with_every_batch_before_the_cut()
    {
        (string segment, byte[] content, int[] ends) = Written();
        // Around the end of each frame every byte, between them some; EDGEDEPIN_LONG=true takes all.
        bool Near(int length) => ends.Any(end => Math.Abs(end - length) <= 2);
        for (int length = 0; length < content.Length; length += LongForm.IsOn || Near(length) || Near(length + 1) ? 1 : 13)
        {
            File.WriteAllBytes(segment, content[..length]);
            int whole = ends.Count(end => end <= length);
            using Store store = Stores.Open(_folder);
            Assert.True(whole == WholeBatches(store), $"cut at byte {length}");
            Assert.True(store.HeadSequence == store.Append(Stores.Points("after v=1 1")) - 1, $"cut at byte {length}");
            Renew();
        }
    }

    [Fact]
    public void A_flipped_bit_costs_one_frame_at_most_and_is_reported()
    {
        (string segment, byte[] content, _) = Written();
        var random = new Random(7);
        for (int round = 0; round < (LongForm.IsOn ? 1_000 : 60); round++)
        {
            byte[] damaged = [.. content];
            int at = random.Next(damaged.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(segment, damaged);
            using (Store store = Stores.Open(_folder))
            {
                int lost = Batches - WholeBatches(store);
                string where = $"bit in byte {at} of {content.Length}, seed 7, round {round}";
                Assert.True(lost is 0 or 1, where);
                Assert.True(store.Epoch == 2, where);
                string aside = Assert.Single(store.MovedAside);
                Assert.True(File.Exists(aside), where);
                Assert.True(lost == 0 || Rows(store, Gap.Measurement) == 1, where);
            }

            using (Store again = Stores.Open(_folder))
            {
                Assert.Empty(again.MovedAside);
            }

            Renew();
        }
    }

    [Fact]
    public void The_row_about_a_gap_names_the_sequences_that_are_missing()
    {
        (string segment, byte[] content, int[] ends) = Written();
        content[ends[2] + 20] ^= 1;
        File.WriteAllBytes(segment, content);
        using Store store = Stores.Open(_folder);
        string row = store.ReadAfter(store.HeadSequence - 2, 1)[0].Point.ToString();
        Assert.StartsWith("storage_gap,reason=segment\\ damaged first_sequence=7i,last_sequence=8i,", row, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14], store.ReadAfter(0, 100).Select(stored => stored.Sequence));
    }

    [Fact]
    public void Zeros_and_garbage_at_the_end_cost_nothing_that_was_written()
    {
        (string segment, byte[] content, _) = Written();
        byte[] garbage = new byte[5_000];
        new Random(3).NextBytes(garbage);
        foreach (byte[] tail in (byte[][])[new byte[4096], garbage, "EDPfEDPfEDPf"u8.ToArray()])
        {
            File.WriteAllBytes(segment, [.. content, .. tail]);
            using (Store store = Stores.Open(_folder))
            {
                Assert.Equal(Batches, WholeBatches(store));
                Assert.Single(store.MovedAside);
            }

            Renew();
        }
    }

    [Fact]
    public void A_segment_that_is_gone_is_a_gap_and_the_rest_is_there()
    {
        for (int life = 0; life < 3; life++)
        {
            using Store store = Stores.Open(_folder);
            store.Append(Stores.Points($"m v=1 {life * 10}\nm v=2 {(life * 10) + 1}"));
        }

        string[] files = [.. Directory.EnumerateFiles(_folder.Sub("segments"), "*.seg").Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        File.Delete(files[1]);
        using Store recovered = Stores.Open(_folder);
        Assert.Equal([1, 2, 5, 6, 7, 8], recovered.ReadAfter(0, 100).Select(stored => stored.Sequence));
        Assert.Contains("segment\\ missing", recovered.ReadAfter(6, 1)[0].Point.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_never_reads_as_whole_with_one_bit_changed()
    {
        var bytes = new ArrayBufferWriter<byte>();
        new Frame(FrameKind.Points, 7, 2, "m v=1 1\nm v=2 2\n"u8).WriteTo(bytes);
        for (int bit = 0; bit < bytes.WrittenCount * 8; bit++)
        {
            byte[] changed = bytes.WrittenSpan.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Frame.Read(changed, out _) == 0, $"bit {bit}");
        }
    }

    // Two points a batch; the offsets at which each batch is complete in the file.
    private (string Segment, byte[] Content, int[] Ends) Written()
    {
        string segment;
        var ends = new List<int>();
        using (Store store = Stores.Open(_folder))
        {
            for (int batch = 0; batch < Batches; batch++)
            {
                store.Append(Stores.Points($"m,k=a v={batch},s=\"text\" {batch}\nn,k=b w={batch}i {batch}"));
                ends.Add((int)new FileInfo(Assert.Single(Directory.GetFiles(_folder.Sub("segments")))).Length);
            }

            segment = Assert.Single(Directory.GetFiles(_folder.Sub("segments")));
        }

        return (segment, File.ReadAllBytes(segment), [.. ends]);
    }

    private static int WholeBatches(Store store)
    {
        int[] rows = [Rows(store, "m"), Rows(store, "n")];
        Assert.Equal(rows[0], rows[1]);
        return rows[0];
    }

    private static int Rows(Store store, string measurement) =>
        store.ReadAfter(0, 1_000).Count(stored => stored.Point.Measurement == measurement);

    // A fresh folder for the next mutation; the segment is written by it.
    private void Renew()
    {
        foreach (string file in Directory.EnumerateFiles(_folder.Sub("segments")))
        {
            File.Delete(file);
        }

        File.Delete(_folder.Sub("epoch"));
    }
}
