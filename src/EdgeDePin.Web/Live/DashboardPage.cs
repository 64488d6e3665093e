namespace EdgeDePin.Web.Live;

/// <summary>A page of the dashboard. Its live answers come from <c>/live</c> + path.</summary>
public sealed record DashboardPage(string Path, string Title)
{
    public static readonly DashboardPage Now = new("/", "Now");
    public static readonly DashboardPage Explore = new("/explore", "Explore");
    public static readonly DashboardPage Work = new("/work", "Work");
    public static readonly DashboardPage Neighbours = new("/neighbours", "Neighbours");

    public static IReadOnlyList<DashboardPage> All { get; } = [Now, Explore, Work, Neighbours];

    public string LivePath => "/live" + (Path == "/" ? "/now" : Path);
}
