using CsCheck;
using EdgeDePin.Tests.Storage;
using EdgeHubSimulator.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class FileLogTests
{
    private const int SegmentBytes = 4_096;

    [Fact]
    public void What_was_appended_comes_back_in_order_after_a_new_start()
    {
        using var folder = new TemporaryFolder();
        using (FileLog log = Open(folder.Path))
        {
            Append(log, 1, 500);
            Assert.Equal(Names(1, 100), Read(log, 100));
            log.Release(51);
        }

        using FileLog again = Open(folder.Path);
        Assert.Equal(Names(51, 450), Read(again, 1_000));
        Append(again, 501, 1);
        Assert.Equal(Names(501, 1), Read(again, 1));
        Assert.Equal((0L, 0L), (again.Unread, again.Lost));
    }

    // Whatever byte a crash stops at, and whatever is behind it, the messages before it are whole.
    [Fact]
    public void A_torn_end_takes_only_the_messages_that_it_tore() => Gen.Int[8, 20_000].Sample(at =>
    {
        using var folder = new TemporaryFolder();
        long[] lengths;
        using (FileLog log = Open(folder.Path, segmentBytes: 1 << 20))
        {
            Append(log, 1, 100);
            lengths = [.. Directory.GetFiles(folder.Path, "*.log").Select(file => new FileInfo(file).Length)];
        }

        string only = Directory.GetFiles(folder.Path, "*.log").Single();
        using (FileStream file = File.OpenWrite(only))
        {
            file.SetLength(at % lengths[0]);
        }

        using FileLog again = Open(folder.Path, segmentBytes: 1 << 20);
        string[] left = Read(again, 1_000);
        Assert.Equal(Names(1, left.Length), left);
        Append(again, left.Length + 1, 3);
        Assert.Equal(Names(left.Length + 1, 3), Read(again, 10));
    }, iter: 100);

    [Fact]
    public void A_flipped_bit_loses_the_rest_of_its_segment_and_says_how_many()
    {
        using var folder = new TemporaryFolder();
        using (FileLog log = Open(folder.Path))
        {
            Append(log, 1, 2_000);
        }

        string[] segments = [.. Directory.GetFiles(folder.Path, "*.log").Order(StringComparer.Ordinal)];
        Assert.True(segments.Length > 3);
        byte[] bytes = File.ReadAllBytes(segments[1]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(segments[1], bytes);

        using FileLog again = Open(folder.Path);
        string[] left = Read(again, 10_000);
        Assert.InRange(again.Lost, 1, 300);
        Assert.Equal(2_000, left.Length + again.Lost);
        Assert.Equal(left, left.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_quota_holds_and_the_least_important_make_room_first()
    {
        using var folder = new TemporaryFolder();
        var budget = new DiskBudget(64 * 1024);
        using FileLog readings = new(Path.Combine(folder.Path, "readings"), 9, SegmentBytes, budget, NullLogger.Instance);
        using FileLog alarms = new(Path.Combine(folder.Path, "alarms"), 0, SegmentBytes, budget, NullLogger.Instance);
        Append(alarms, 1, 200);
        for (int i = 1; i <= 10_000; i++)
        {
            Append(readings, i, 1);
            Assert.InRange(budget.Bytes, 1, 64 * 1024);
        }

        long onDisk = Directory.EnumerateFiles(folder.Path, "*.log", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.Equal(budget.Bytes, onDisk);
        Assert.Equal((0L, 200L), (alarms.Lost, alarms.Unread));
        string[] left = Read(readings, 20_000);
        Assert.Equal(10_000, left.Length + readings.Lost);
        Assert.Equal(Names(10_000 - left.Length + 1, left.Length), left);
    }

    [Fact]
    public void What_is_done_leaves_the_disk()
    {
        using var folder = new TemporaryFolder();
        using FileLog log = Open(folder.Path);
        Append(log, 1, 1_000);
        Read(log, 1_000);
        log.Release(null);
        Assert.InRange(Directory.GetFiles(folder.Path, "*.log").Sum(file => new FileInfo(file).Length), 0, SegmentBytes);
    }

    [Fact]
    public void Topics_that_all_differ_are_kept_too()
    {
        using var folder = new TemporaryFolder();
        using (FileLog log = Open(folder.Path, segmentBytes: 1 << 20))
        {
            for (int i = 0; i < 1_000; i++)
            {
                log.Append(new QueuedMessage($"devices/edge/modules/telemetry/inputs/readings/%24.mid={i}", new byte[] { 1 }, ExpiresAt: i));
            }
        }

        using FileLog again = Open(folder.Path, segmentBytes: 1 << 20);
        for (int i = 0; i < 1_000; i++)
        {
            QueuedMessage message = again.Read()!;
            Assert.Equal(($"devices/edge/modules/telemetry/inputs/readings/%24.mid={i}", (long)i), (message.Topic, message.ExpiresAt));
        }
    }

    private static FileLog Open(string folder, int segmentBytes = SegmentBytes) =>
        new(folder, 9, segmentBytes, new DiskBudget(1 << 30), NullLogger.Instance);

    private static void Append(FileLog log, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            log.Append(new QueuedMessage("devices/edge/modules/telemetry/inputs/readings", System.Text.Encoding.UTF8.GetBytes($"{i:D8}")));
        }
    }

    private static string[] Read(FileLog log, int most)
    {
        var read = new List<string>();
        while (read.Count < most && log.Read() is { } message)
        {
            read.Add(System.Text.Encoding.UTF8.GetString(message.Body.Span));
        }

        return [.. read];
    }

    private static string[] Names(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"{i:D8}")];
}
