using System.Text.RegularExpressions;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// Regular expressions over names and tag values. InfluxDB uses RE2; .NET's engine without backtracking has the same
/// guarantee (linear time), and refuses what RE2 refuses: look-around and back-references.
/// </summary>
internal static class TagRegex
{
    public static Func<string, bool> Matcher(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InfluxQlException($"regular expression /{pattern}/ cannot be used: {error.Message}");
        }
    }
}
