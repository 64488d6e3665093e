using System.Net;
using System.Text.Json.Nodes;
using EdgeDePin.Web;
using EdgeDePin.Web.Live;

namespace EdgeDePin.Tests.Web;

public sealed class DashboardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_is_a_document_that_needs_nothing_from_elsewhere()
    {
        await using NodeServer node = await Start(new StoreInMemory().Source);
        foreach (DashboardPage page in DashboardPage.All)
        {
            using HttpResponseMessage answer = await node.Client.GetAsync(page.Path, Cancel);
            string html = await answer.Content.ReadAsStringAsync(Cancel);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
            Assert.Contains("data-testid=\"empty\"", html, StringComparison.Ordinal); // an empty state says what to do
        }
    }

    [Fact]
    public async Task Words_of_neighbours_and_sensors_stay_text()
    {
        const string Evil = "</script><img src=x onerror=alert(1)>";
        StoreInMemory store = new StoreInMemory()
            .With("neighbour", "neighbour=bbb", ["name", "state", "free_slots", "lent", "borrowed", "verified", "rejected", "lost"],
                [0, Evil, Evil, 1L, 2L, 3L, 4L, 5L, 6L])
            .With("fault", "sensor=a,kind=no-answer", ["detail", "remedy", "count"], [0, Evil, Evil, 1L]);
        await using NodeServer node = await Start(store.Source);

        foreach (string path in (string[])["/", "/neighbours"])
        {
            string html = await node.Client.GetStringAsync(path, Cancel);
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            Assert.Contains("&lt;img src=x", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_says_how_often_the_clock_was_set_and_how_many_readings_moved()
    {
        await using NodeServer node = await Start(new StoreInMemory()
            .With("weather", "sensor=a", ["temperature"], [0, 20.0])
            .With("health", "", ["readings", "clock_steps", "readings_restamped"], [0, 500L, 3L, 123L]).Source);

        string html = await node.Client.GetStringAsync("/", Cancel);

        Assert.Matches("<small>clock set</small><b>3</b>", html);
        Assert.Matches("<small>restamped</small><b>123</b>", html);
    }

    [Fact]
    public async Task An_unchanged_page_travels_as_304_and_says_when_to_ask_again()
    {
        await using NodeServer node = await Start(
            new StoreInMemory().With("air", "sensor=p", ["pm2_5", "pm10"], [0, 10.0, 17.0]).Source);
        using HttpResponseMessage first = await node.Client.GetAsync("/live/now", Cancel);
        using HttpRequestMessage again = new(HttpMethod.Get, "/live/now");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await node.Client.SendAsync(again, Cancel);

        Assert.Contains("data-testid=\"tile-pm2_5\"", JsonNode.Parse(await first.Content.ReadAsStringAsync(Cancel))!["html"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("2500", second.Headers.GetValues(LiveAnswer.NextHeader).Single());
    }

    [Fact]
    public async Task Ten_viewers_cost_the_store_what_one_costs()
    {
        StoreInMemory store = new();
        await using NodeServer node = await Start(store.Source);
        await node.Client.GetStringAsync("/live/neighbours", Cancel);
        int asked = store.Asked.Count;

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.Client.GetStringAsync("/live/neighbours", Cancel)));

        Assert.Equal(asked, store.Asked.Count);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_a_sentence_on_the_page()
    {
        await using NodeServer node = await Start(
            new DashboardSource("garden", "n1", _ => throw new IOException("disk I/O error")));

        using HttpResponseMessage answer = await node.Client.GetAsync("/work", Cancel);
        string html = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("disk I/O error", html, StringComparison.Ordinal);
        Assert.Contains("data-testid=\"store-silent\"", html, StringComparison.Ordinal);
    }

    private static Task<NodeServer> Start(DashboardSource source) => NodeServer.StartAsync(source, api: null);
}
