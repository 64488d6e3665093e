namespace EdgeDePin.Sharing.Policy;

/// <summary>
/// What may be done with a task's data: hard constraints that travel with the task. The worker signs what it accepts. A limit
/// no protocol can lift: a worker can read what its processor decrypts.
/// </summary>
/// <param name="Class">Who may see it.</param>
/// <param name="Purpose">What it is for, such as <c>research</c>; empty for any. Up to 32 characters.</param>
/// <param name="Region">Where it must stay, such as <c>eu</c> or <c>eu/fr</c>; empty for anywhere. Up to 64 characters.</param>
/// <param name="Retention">How long a worker may keep it; up to a year.</param>
public sealed record TaskPolicy(DataClass Class, string Purpose, string Region, TimeSpan Retention)
{
    public const int MaxPurpose = 32;
    public const int MaxRegion = 64;
    public static readonly TimeSpan MaxRetention = TimeSpan.FromDays(366);

    /// <summary>Public data for any purpose, anywhere, for a day.</summary>
    public static TaskPolicy Public { get; } = new(DataClass.Public, "", "", TimeSpan.FromDays(1));

    /// <exception cref="ArgumentException">A field is outside its bounds.</exception>
    public void Check()
    {
        if (!Enum.IsDefined(Class) || Purpose.Length > MaxPurpose || Region.Length > MaxRegion
            || Retention <= TimeSpan.Zero || Retention > MaxRetention)
        {
            throw new ArgumentException(
                $"A policy needs a class, a purpose of at most {MaxPurpose} characters ('{Purpose}'), a region of at most {MaxRegion} ('{Region}') and a retention up to {MaxRetention.TotalDays} days ({Retention}).");
        }
    }
}

/// <summary>Who may see a task's data. The numbers are the protocol's.</summary>
public enum DataClass
{
    /// <summary>Anybody.</summary>
    Public = 1,

    /// <summary>Members with a certificate of the same site.</summary>
    Site = 2,

    /// <summary>Nodes of the same owner.</summary>
    Owner = 3,

    /// <summary>Nobody else: it never leaves this node.</summary>
    LocalOnly = 4,
}
