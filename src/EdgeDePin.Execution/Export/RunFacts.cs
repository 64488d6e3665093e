using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>What several formats need to know of a run.</summary>
internal sealed class RunFacts
{
    private readonly Dictionary<(int Number, int Attempt), int> _track;

    public const string Producer = "https://edgedepin.org/execution";

    public RunFacts(JournalEntry[] entries)
    {
        Began = entries.Min(entry => Math.Min(entry.Ready, entry.Start));
        Ended = entries.Max(entry => entry.End);
        (Tracks, _track) = Rows(entries);
        // A task's successors follow its last attempt; so arrows begin there.
        Last = entries.GroupBy(entry => entry.Number).ToDictionary(attempts => attempts.Key, attempts => attempts.MaxBy(entry => entry.Attempt));
        Succeeded = Last.Values.All(entry => entry.Outcome is ExecutionOutcome.Succeeded or ExecutionOutcome.FellBack);
    }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public long Began { get; }

    public long Ended { get; }

    /// <summary>Lanes, and further rows for tasks that overlap on a lane because their work was pending.</summary>
    public string[] Tracks { get; }

    public Dictionary<int, JournalEntry> Last { get; }

    public bool Succeeded { get; }

    public static string LaneOf(JournalEntry entry) => entry.Lane < 0 ? entry.Worker : string.Create(CultureInfo.InvariantCulture, $"{entry.Worker}/{entry.Lane}");

    /// <summary>Index into <see cref="Tracks"/>.</summary>
    public int TrackOf(JournalEntry entry) => _track[(entry.Number, entry.Attempt)];

    public static bool Good(JournalEntry entry) => entry.Outcome is ExecutionOutcome.Succeeded or ExecutionOutcome.FellBack;

    /// <summary>Dependencies of a first attempt, and whoever added it, whose own records are there.</summary>
    public IEnumerable<JournalEntry> Before(JournalEntry entry) =>
        entry.Attempt > 1 ? []
            : (entry.SpawnedBy is int spawner ? entry.After.Append(spawner) : entry.After).Where(Last.ContainsKey).Select(number => Last[number]);

    private static (string[] Names, Dictionary<(int, int), int> Track) Rows(JournalEntry[] entries)
    {
        var names = new List<string>();
        var track = new Dictionary<(int, int), int>();
        foreach (IGrouping<string, JournalEntry> lane in entries.GroupBy(LaneOf, StringComparer.Ordinal).OrderBy(lane => lane.Key, StringComparer.Ordinal))
        {
            int first = names.Count;
            var ends = new List<long>();
            foreach (JournalEntry entry in lane.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
            {
                int row = ends.FindIndex(end => end <= entry.Start);
                if (row < 0)
                {
                    row = ends.Count;
                    ends.Add(0);
                    names.Add(row == 0 ? lane.Key : $"{lane.Key} ({row + 1})");
                }

                ends[row] = entry.End;
                track[(entry.Number, entry.Attempt)] = first + row;
            }
        }

        return ([.. names], track);
    }

    /// <summary>The first bytes of the SHA-256 of the parts: the same run always gets the same ids.</summary>
    public static byte[] Id(int bytes, params string[] parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)))[..bytes];

    public static string Hex(int bytes, params string[] parts) => Convert.ToHexStringLower(Id(bytes, parts));

    /// <summary>A UUID (RFC 9562 version 8: of our own making).</summary>
    public static string Uuid(params string[] parts)
    {
        byte[] id = Id(16, parts);
        (id[6], id[8]) = ((byte)((id[6] & 0x0F) | 0x80), (byte)((id[8] & 0x3F) | 0x80));
        return new Guid(id, bigEndian: true).ToString();
    }

    /// <summary>RFC 3339, to the 100 ns that .NET's instants have.</summary>
    public static string Instant(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
