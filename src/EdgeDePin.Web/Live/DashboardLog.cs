using Microsoft.Extensions.Logging;

namespace EdgeDePin.Web.Live;

internal static partial class DashboardLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The store did not answer the page's query: {Query}")]
    public static partial void StoreDidNotAnswer(this ILogger logger, Exception failure, string query);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning,
        Message = "The dashboard has no scripts and styles: {Manifest} is missing. Host it from a project of " +
            "Microsoft.NET.Sdk.Web, and publish or build that project.")]
    public static partial void AssetsMissing(this ILogger logger, string manifest);
}
