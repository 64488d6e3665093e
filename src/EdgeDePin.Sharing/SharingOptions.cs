using System.Runtime.CompilerServices;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>How a node shares cycles with its neighbours.</summary>
public sealed class SharingOptions
{
    /// <summary>How people call this node. Default "node"; 1 to 64 characters.</summary>
    public string Name { get; set; } = "node";

    /// <summary>Which neighbourhood the node belongs to, part of every topic. Default "home"; 1 to 64 of A-Z a-z 0-9 - _ .</summary>
    public string Site { get; set; } = "home";

    /// <summary>Guest tasks that run here at once, at most. Default 2; 0 to 64, where 0 lends nothing.</summary>
    public int MaxGuests { get; set; } = 2;

    /// <summary>
    /// Which share of a neighbour's results is checked at least, however long it was right. Default 0.05; 0 to 1, where 1 checks
    /// everything.
    /// </summary>
    public double LeastCheckShare { get; set; } = 0.05;

    /// <summary>The share checked is this over the root of the checks passed, where that is more. Default 0.2; 0 to 100.</summary>
    public double CheckFactor { get; set; } = 0.2;

    /// <summary>Checks run at another neighbour where there is one, and here where there is none. Default on.</summary>
    public bool ChecksElsewhere { get; set; } = true;

    /// <summary>
    /// Wrong results accepted for each accepted, at most, where a job does not say. It decides after how many passed checks of a
    /// worker its unchecked results are final. Default 0.01; 0.000001 to 1.
    /// </summary>
    public double Epsilon { get; set; } = 0.01;

    /// <summary>What this node asks for a million fuel, in millicredits. Default 10; 0 to 1,000,000,000.</summary>
    public long Price { get; set; } = 10;

    /// <summary>What it pays for a million fuel at most, in millicredits. Default 20; 0 to 1,000,000,000.</summary>
    public long MaxPrice { get; set; } = 20;

    /// <summary>
    /// What a requester may owe this node unpaid, in millicredits; it grows by what the requester has paid. Default 1,000,000;
    /// 0 to 1,000,000,000,000.
    /// </summary>
    public long PairLimit { get; set; } = 1_000_000;

    /// <summary>How long data of a neighbour's task stays on this node's disk. Default 0: it is never written. Up to a year.</summary>
    public TimeSpan KeepsFor { get; set; } = TimeSpan.Zero;

    /// <summary>What this node works for, such as "research"; at most 8. Default none, which is anything.</summary>
    public IList<string> Purposes { get; set; } = [];

    /// <summary>Leases that one worker holds of ours at once, at most; each begins with one and earns more. Default 64; 1 to 256.</summary>
    public int MaxWindow { get; set; } = 64;

    /// <summary>Messages of one bundle, under one signature, at most. Default 64; 1 to 64, where 1 signs each by itself.</summary>
    public int MaxBundle { get; set; } = Envelope.MaxMessages;

    /// <summary>How long a full worker may keep a request of a job until a slot is free. Default 5 s; 0 to 1 h.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the host may have no room for guests before those that run are handed back. Default 30 s; 1 s to 1 h.
    /// </summary>
    public TimeSpan HandBackAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the receipt log is shown to witnesses, if it grew. Default 1 min; 1 s to 1 d.</summary>
    public TimeSpan CheckpointEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A bug to plant, so that the simulation can show that it would be found.</summary>
    internal PlantedBug Planted { get; set; }

    /// <summary>How many results of a new neighbour are all checked. Default 10; 0 to 1,000.</summary>
    public int ChecksOfNewcomer { get; set; } = 10;

    /// <summary>
    /// Wrong results, of different inputs, after which a neighbour is banned; twice as many of any inputs do it too. Default 2,
    /// because honest hardware errs; 1 to 10.
    /// </summary>
    public int StrikesToBan { get; set; } = 2;

    /// <summary>How often the offer is renewed; it is also renewed when free slots change. Default 2 s; 0.1 s to 10 min.</summary>
    public TimeSpan OfferEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an offer holds without renewal. Default 6 s, three renewals; 0.1 s to 1 h.</summary>
    public TimeSpan OfferHolds { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often a worker reports progress, and how long either side waits before it says a thing again. Default 1 s; 0.05 s to 1 min.</summary>
    public TimeSpan ProgressEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence of a worker after which its lease is taken back. Default 3 s; 0.1 s to 10 min.</summary>
    public TimeSpan LeaseHolds { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A task may take this many times its expected run time. Default 8; 1 to 100.</summary>
    public double RunTimeAllowance { get; set; } = 8;

    /// <summary>But always at least this long, since short tasks are estimated badly. Default 10 s; 0.1 s to 1 h.</summary>
    public TimeSpan LeastRunTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tasks that are away at once, at most; each holds up to 128 KiB. Default 64; 1 to 1,024.</summary>
    public int MaxBorrowed { get; set; } = 64;

    /// <summary>Neighbours that are remembered, bans included. Default 256; 1 to 4,096.</summary>
    public int MaxNeighbours { get; set; } = 256;

    /// <summary>How long a task of this expected run time may run.</summary>
    internal TimeSpan Allowance(TimeSpan expected)
    {
        double seconds = Math.Clamp(expected.TotalSeconds * RunTimeAllowance, LeastRunTime.TotalSeconds, TimeSpan.FromHours(24).TotalSeconds);
        return TimeSpan.FromSeconds(seconds);
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range; the message names it, its value and the range.</exception>
    public void Check()
    {
        bool site = Site is { Length: > 0 and <= 64 } && Site.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        if (!site)
        {
            throw new ArgumentOutOfRangeException(nameof(Site), Site, "Sharing:Site needs 1 to 64 of A-Z a-z 0-9 - _ . ");
        }

        if (Name is not { Length: > 0 and <= 64 })
        {
            throw new ArgumentOutOfRangeException(nameof(Name), Name, "Sharing:Name needs 1 to 64 characters.");
        }

        if (Purposes.Count > MessageReader.MaxPurposes || Purposes.Any(purpose => purpose.Length > TaskPolicy.MaxPurpose))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Purposes), string.Join(", ", Purposes), $"Sharing:Purposes are at most {MessageReader.MaxPurposes} of at most {TaskPolicy.MaxPurpose} characters.");
        }

        Within(MaxGuests, 0, 64);
        Within(LeastCheckShare, 0, 1);
        Within(CheckFactor, 0, 100);
        Within(Epsilon, 0.000001, 1);
        Within(Price, 0, MessageReader.MaxPrice);
        Within(MaxPrice, 0, MessageReader.MaxPrice);
        Within(PairLimit, 0, 1e12);
        Within(KeepsFor, 0, TaskPolicy.MaxRetention.TotalSeconds);
        Within(MaxWindow, 1, 256);
        Within(MaxBundle, 1, Envelope.MaxMessages);
        Within(Patience, 0, 3_600);
        Within(CheckpointEvery, 1, 86_400);
        Within(HandBackAfter, 1, 3_600);
        Within(ChecksOfNewcomer, 0, 1_000);
        Within(StrikesToBan, 1, 10);
        Within(OfferEvery, 0.1, 600);
        Within(OfferHolds, 0.1, 3_600);
        Within(ProgressEvery, 0.05, 60);
        Within(LeaseHolds, 0.1, 600);
        Within(RunTimeAllowance, 1, 100);
        Within(LeastRunTime, 0.1, 3_600);
        Within(MaxBorrowed, 1, 1_024);
        Within(MaxNeighbours, 1, 4_096);
    }

    private static void Within(double value, double min, double max, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        // Written so that NaN is outside.
        if (!(value >= min && value <= max))
        {
            throw new ArgumentOutOfRangeException(name, value, $"Sharing:{name} must be {min} to {max}.");
        }
    }

    private static void Within(
        TimeSpan value, double minSeconds, double maxSeconds, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value.TotalSeconds < minSeconds || value.TotalSeconds > maxSeconds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Sharing:{name} must be {minSeconds} s to {maxSeconds} s.");
        }
    }
}
