using System.Globalization;
using EdgeDePin.Tests;
using Microsoft.Playwright;

namespace EdgeDePin.EndToEnd;

/// <summary>The page in a real browser, over a real demo.</summary>
public sealed class DashboardTests
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    [Fact]
    public async Task Points_arrive_in_the_charts_and_a_borrowed_task_in_the_timeline()
    {
        RequireChromium();
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "3", "--http", "0", "--headless");
        string url = await UrlAsync(demo);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type == "error") { complaints.Add(message.Text); } };
        page.Request += (_, request) => { if (!request.Url.StartsWith(url, StringComparison.Ordinal)) { complaints.Add(request.Url); } };

        await page.GotoAsync(url);
        await page.GetByTestId("tile-temperature").WaitForAsync();
        await ShotAsync(page, "now");

        await page.GotoAsync($"{url}/explore?m=weather&span=15m");
        int first = await ReachesAsync(page, "chart-temperature", "data-points", 1);
        await ReachesAsync(page, "chart-temperature", "data-points", first + 1);
        await ShotAsync(page, "explore");

        await page.GotoAsync($"{url}/work");
        await ReachesAsync(page, "timeline", "data-bars", 10);
        await ReachesAsync(page, "timeline", "data-borrowed", 1);
        await ShotAsync(page, "work");

        await page.GotoAsync($"{url}/neighbours");
        await page.GetByTestId("neighbour-row").First.WaitForAsync();
        Assert.Equal(2, await page.GetByTestId("neighbour-row").CountAsync());
        await ShotAsync(page, "neighbours");
        Assert.Empty(complaints);
    }

    // The telemetry module, which serves the page, while readings come in; what the analyses of a node cost is not the page's doing.
    [Fact]
    public async Task An_open_idle_page_costs_the_node_at_most_two_percent_of_a_core()
    {
        RequireChromium();
        await using MeteredNode node = await MeteredNode.StartAsync();
        await node.CountReachesAsync("SELECT count(voltage) FROM grid", 10);
        TimeSpan settle = TimeSpan.FromSeconds(10), measure = TimeSpan.FromSeconds(20);
        await Task.Delay(settle, TestContext.Current.CancellationToken);
        double without = await LoadAsync(node.Telemetry, measure);

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync();
        await page.GotoAsync(node.Url);
        await page.GetByTestId("tile-voltage").WaitForAsync();
        await Task.Delay(settle, TestContext.Current.CancellationToken);
        double with = await LoadAsync(node.Telemetry, measure);
        string figures = string.Create(CultureInfo.InvariantCulture, $"{with:P2} of a core with the page, {without:P2} without");
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(with - without <= 0.02, figures);
    }

    private static async Task<double> LoadAsync(BuiltProgram program, TimeSpan span)
    {
        TimeSpan before = program.ProcessorTime;
        await Task.Delay(span, TestContext.Current.CancellationToken);
        return (program.ProcessorTime - before) / span;
    }

    private static async Task<string> UrlAsync(BuiltProgram demo)
    {
        string line = await demo.LineAsync(text => text.Contains("http://127.0.0.1:", StringComparison.Ordinal), Patience);
        return line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
    }

    private static async Task<int> ReachesAsync(IPage page, string testId, string attribute, int least)
    {
        int value = 0;
        await Eventually.HoldsAsync(
            async () => (value = int.Parse(await page.GetByTestId(testId).GetAttributeAsync(attribute) ?? "0", CultureInfo.InvariantCulture)) >= least,
            Patience, () => $"{testId} {attribute} is {value}");
        return value;
    }

    // EDGEDEPIN_SHOTS names a folder to keep pictures in; the one in the README is made so.
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("EDGEDEPIN_SHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    private static void RequireChromium()
    {
        bool exists = File.Exists(Chromium);
        Assert.False(!exists && Environment.GetEnvironmentVariable("CI") == "true", $"{Chromium} is missing and CI requires it: apt-get install chromium.");
        Assert.SkipUnless(exists, $"{Chromium} is not here: apt-get install chromium.");
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(
        new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Flags });
}
