using System.Globalization;
using System.Reflection;

namespace EdgeDePin.Node.Clocks;

/// <summary>The day on which this program was built (UTC): no clock that is right is before it.</summary>
internal static class BuildDate
{
    public static DateTimeOffset Day { get; } = DateTimeOffset.ParseExact(
        typeof(BuildDate).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == nameof(BuildDate)).Value!,
        "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
