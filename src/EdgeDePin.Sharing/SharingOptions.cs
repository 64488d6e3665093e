using System.Runtime.CompilerServices;

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
    /// Which share of a neighbour's results is run again here and compared. Default 0.2; 0 to 1, where 1 checks everything and
    /// 0 only newcomers.
    /// </summary>
    public double CheckShare { get; set; } = 0.2;

    /// <summary>How many results of a new neighbour are all checked. Default 10; 0 to 1,000.</summary>
    public int ChecksOfNewcomer { get; set; } = 10;

    /// <summary>
    /// Wrong results, of different inputs, after which a neighbour is banned; twice as many of any inputs do it too. Default 2,
    /// because honest hardware errs; 1 to 10.
    /// </summary>
    public int StrikesToBan { get; set; } = 2;

    /// <summary>How often the offer is renewed; it is also renewed when free slots change. Default 2 s; 0.1 s to 1 min.</summary>
    public TimeSpan OfferEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an offer holds without renewal. Default 6 s, three renewals; 0.1 s to 10 min.</summary>
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

        Within(MaxGuests, 0, 64);
        Within(CheckShare, 0, 1);
        Within(ChecksOfNewcomer, 0, 1_000);
        Within(StrikesToBan, 1, 10);
        Within(OfferEvery, 0.1, 60);
        Within(OfferHolds, 0.1, 600);
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
