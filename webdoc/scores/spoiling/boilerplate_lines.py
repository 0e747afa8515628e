"""Lines of the kind that surrounds texts on the web, written for interleaf."""

from typing import Final

BOILERPLATE_LINES: Final = tuple(
    line
    for line in """\
We use cookies to give you the best experience on our website.
By continuing to browse this site you agree to our use of cookies.
Accept all cookies
Manage your cookie preferences
This website stores data such as cookies to enable essential site functionality.
Read our privacy policy and cookie policy to learn more.
We and our partners process personal data such as your IP address for advertising.
You can withdraw your consent at any time.
Sign up for our newsletter
Subscribe to our free weekly newsletter and get the latest news in your inbox.
Enter your email address to receive updates. You can unsubscribe at any time.
Thank you for subscribing!
Please check your inbox to confirm your email address.
Join thousands of readers who already get our daily email.
Share this article
Share on Facebook
Share on Twitter
Share on LinkedIn, Pinterest or by email
Follow us on Instagram, YouTube and TikTok
Like us on Facebook to see more of our stories
Copy link to clipboard
Print this page
Log in
Log in or create a free account to continue reading.
Forgot your password?
Already a member? Sign in here.
Register now for unlimited access
You have reached your limit of free articles.
Log in to leave a comment
Leave a reply
Your email address will not be published. Required fields are marked *
Post a comment
Show all comments
Be the first to comment
Report this comment
© 2024 All rights reserved.
Copyright 2019-2024 Example Publishing Ltd. All rights reserved.
Terms of use | Privacy policy | Contact us
Terms and conditions apply
About us | Careers | Advertise with us | Sitemap
Reproduction without written permission is prohibited.
Home > News > Latest
Skip to main content
Back to top
Search this site
Toggle navigation menu
Previous article
Next article
Related articles
You may also like
Recommended for you
Most read
Trending now
More from this author
Read more
Load more posts
Click here to find out more
Advertisement
Advertisement - continue reading below
This post may contain affiliate links, which means we may earn a commission.
Please disable your ad blocker to support our site.
Please enable JavaScript to view this page correctly.
Your browser is not supported. Please upgrade to a modern browser.
This site is protected by reCAPTCHA and the Google Privacy Policy and Terms of Service apply.
Add to cart
Free shipping on all orders over $50
Add to wishlist
View your shopping cart
Buy now
Download our app
Available on the App Store and Google Play
Select your language
Choose your country or region
Powered by WordPress
Website by Example Studio
Contact our support team if you have any questions.
Get in touch
Find a store near you
Do not sell my personal information
Accessibility statement
Tags: news, featured, updates
Filed under: Uncategorized
Posted by admin
5 min read
0 comments
Share your thoughts in the comments below!
If you liked this post, please share it with your friends.
Donate today to keep our journalism free.
Become a member and support our work
Loading...
Something went wrong. Please try again later.
""".splitlines()
)
