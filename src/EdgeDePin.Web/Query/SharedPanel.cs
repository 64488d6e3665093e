using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeDePin.Web.Query;

/// <summary>A query of a dashboard, with the macros and variables of Grafana.</summary>
/// <param name="Divisor">The answer is the stored value divided by this.</param>
internal sealed record SharedPanel(string Text, double Divisor)
{
    /// <summary>The query as it is sent: macros replaced as Grafana replaces them, for this node alone.</summary>
    public string For(DashboardSource source, DateTimeOffset from, DateTimeOffset until, TimeSpan every) => Text
        .Replace("$timeFilter", string.Create(CultureInfo.InvariantCulture, $"time >= {from.ToUnixTimeMilliseconds()}ms and time <= {until.ToUnixTimeMilliseconds()}ms"), StringComparison.Ordinal)
        .Replace("$__interval", string.Create(CultureInfo.InvariantCulture, $"{(long)every.TotalMilliseconds}ms"), StringComparison.Ordinal)
        .Replace("$node", Regex.Escape(source.Node).Replace("/", "\\/", StringComparison.Ordinal), StringComparison.Ordinal);
}
