using System.Diagnostics;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Segments;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Tests.Storage;

/// <summary>
/// Any file of a store, cut at any byte or with any bit flipped: the store opens, costs what the damage destroyed and nothing
/// more, says so once, and gives no sequence twice. <c>EDGEDEPIN_LONG=true</c> takes every byte of every file.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private const int Seed = 20261123;

    private static readonly TimeSpan LongestOpen = TimeSpan.FromSeconds(30);

    private readonly Specimen _specimen = new(Seed);

    public void Dispose() => _specimen.Dispose();

    [Fact]
    public void A_file_cut_at_any_byte_costs_what_was_behind_the_cut()
    {
        foreach (string file in _specimen.Files)
        {
            byte[] content = _specimen.Content(file);
            // Where a checksum covers the whole file, the place of the cut makes no difference. The reserve is megabytes of nothing.
            int cuts = LongForm.IsOn ? 100_000 : file == _specimen.NewestSegment ? 24 : 4;
            int step = Math.Max(1, content.Length / cuts);
            for (int length = 0; length < content.Length; length += step)
            {
                Try(file, content[..length], _specimen.Held(file, length, content.Length), $"{file} cut at byte {length} of {content.Length}");
            }
        }
    }

    [Fact]
    public void A_flipped_bit_costs_the_frame_or_the_shard_that_it_is_in()
    {
        var random = new Random(Seed);
        for (int round = 0; round < (LongForm.IsOn ? 5_000 : 60); round++)
        {
            string file = _specimen.Files[random.Next(_specimen.Files.Count)];
            byte[] content = _specimen.Content(file);
            int at = random.Next(content.Length);
            content[at] ^= (byte)(1 << random.Next(8));
            Try(file, content, _specimen.Held(file, at, at + 1), $"seed {Seed}, round {round}: {file} with a bit flipped in byte {at} of {content.Length}");
        }
    }

    [Fact]
    public void A_file_that_is_gone_costs_what_was_in_it()
    {
        foreach (string file in _specimen.Files)
        {
            Try(file, null, _specimen.Held(file, 0, int.MaxValue), $"{file} gone");
        }
    }

    [Fact]
    public void Several_damages_at_once_cost_what_each_of_them_costs()
    {
        var random = new Random(Seed);
        for (int round = 0; round < (LongForm.IsOn ? 1_000 : 30); round++)
        {
            using var folder = new TemporaryFolder();
            _specimen.CopyTo(folder);
            HashSet<long> lost = [];
            for (int damages = random.Next(2, 5); damages > 0; damages--)
            {
                string file = _specimen.Files[random.Next(_specimen.Files.Count)];
                byte[] content = File.ReadAllBytes(Path.Combine(folder, file));
                int at = random.Next(content.Length);
                content[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(Path.Combine(folder, file), content);
                lost.UnionWith(_specimen.Held(file, at, at + 1));
            }

            // With the epoch's file and the frames that name it both destroyed nobody can know that there was a life before.
            Verify(folder, lost, epochKnown: false, $"seed {Seed}, round {round}");
        }
    }

    private void Try(string file, byte[]? content, HashSet<long> destroyed, string where)
    {
        using var folder = new TemporaryFolder();
        _specimen.CopyTo(folder);
        string path = Path.Combine(folder, file);
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, content);
        }

        Verify(folder, destroyed, epochKnown: true, where);
    }

    private void Verify(string folder, HashSet<long> destroyed, bool epochKnown, string where)
    {
        long epoch, head;
        string[] rows;
        long began = Stopwatch.GetTimestamp();
        using (Store store = Stores.Open(folder))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < LongestOpen, where);
            IReadOnlyList<StoredPoint> read = All(store);
            (epoch, head, rows) = (store.Epoch, store.HeadSequence, [.. read.Select(stored => stored.Point.ToString())]);
            HashSet<string> acknowledged = [.. _specimen.Points.Values];
            HashSet<string> present = [.. rows];
            string[] missing = [.. _specimen.Points.Where(point => !present.Contains(point.Value) && !destroyed.Contains(point.Key)).Select(point => point.ToString())];
            Assert.True(missing.Length == 0, $"{where}: lost beside the damage: {string.Join(' ', missing)}");
            Assert.All(read, stored => Assert.True(
                acknowledged.Contains(stored.Point.ToString()) || stored.Point.Measurement is Gap.Measurement or LossLedger.Measurement, $"{where}: nobody wrote {stored.Point}"));
            bool lost = _specimen.Points.Values.Any(point => !present.Contains(point));
            Assert.True(!lost || epoch > _specimen.Epoch || !epochKnown, $"{where}: lost in silence");
            // A sequence of the old epoch means what it meant, or nothing.
            Assert.True(!epochKnown || epoch > _specimen.Epoch || read.All(stored => _specimen.Points[stored.Sequence] == stored.Point.ToString()), where);
            Assert.True(!epochKnown || epoch > _specimen.Epoch || head >= _specimen.Head, $"{where}: head {head} in the old epoch");
            Assert.True(store.GetCursor(Specimen.Cursor) <= head, $"{where}: cursor {store.GetCursor(Specimen.Cursor)} ahead of {head}");
        }

        using Store again = Stores.Open(folder);
        Assert.True(again.MovedAside.Count == 0, $"{where}: found again");
        Assert.True(rows.SequenceEqual(All(again).Select(stored => stored.Point.ToString())), $"{where}: another answer at the next start");
        Assert.True(again.Epoch >= epoch, $"{where}: epoch {again.Epoch} after {epoch}");
        Assert.True(again.Append(Stores.Points("after v=1 1")) > again.GetCursor(Specimen.Cursor), where);
    }

    private static List<StoredPoint> All(Store store)
    {
        var all = new List<StoredPoint>();
        while (store.ReadAfter(all.Count == 0 ? 0 : all[^1].Sequence, 1_000) is { Count: > 0 } batch)
        {
            all.AddRange(batch);
        }

        return all;
    }
}
